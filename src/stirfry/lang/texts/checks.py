"""What the checks before a run say: under a code what was seen, then why it matters and what to do."""

from __future__ import annotations

from stirfry.lang.text import Text

TEXTS: dict[str, Text] = {
    # Columns that know too much.
    "checks.copy": Text(
        "A copy of the target {target} is among the columns it is predicted from: {columns}.",
        "用于预测的列中有目标列 {target} 的副本：{columns}。",
    ),
    "checks.copy.why": Text(
        "The network only learns to read the answer off that column. The scores will be perfect, and of new rows, whose "
        "answer nobody knows yet, it can tell nothing.",
        "网络只会学到从这一列直接读出答案。分数会很完美，但新数据的答案还没有人知道，网络就什么也预测不了。",
    ),
    "checks.copy.do": Text("Leave it out: {option}.", "去掉它：{option}。"),
    "checks.leak": Text(
        "One column alone tells {target} almost perfectly ({share:.1%}; a guess has {guess:.1%}): {columns}.",
        "仅凭一列就几乎能准确得出 {target}（{share:.1%}，随便猜是 {guess:.1%}）：{columns}。",
    ),
    "checks.leak.why": Text(
        "Such a column was often made from the target, or written down after it. Then it won't be there for new rows, and "
        "the scores promise what prediction can't keep. The figure comes from telling each row by its neighbours in this "
        "column alone: the share that is right, or R² for numbers.",
        "这样的列往往由目标算出，或在结果出来之后才记录。预测新数据时并没有它，分数所许诺的也就无法兑现。"
        "括号中的数字是只看这一列、用相邻的行推断每一行得到的：分类时是正确的比例，数值时是 R²。",
    ),
    "checks.leak.do": Text(
        "If it is only known together with the answer, leave it out: {option}.",
        "如果它要与答案一起才能知道，请去掉：{option}。",
    ),
    "checks.row_number": Text(
        "A row or serial number is among the columns that are learned from: {columns}.",
        "用于学习的列中有行号或流水号：{columns}。",
    ),
    "checks.row_number.why": Text(
        "It holds whole numbers that follow one another, each once. They tell the rows apart and say nothing about them; "
        "where the file is sorted, the network learns the order of the file.",
        "它是连续的整数，每个出现一次，只用来区分各行，与内容无关；如果文件排过序，网络学到的就是文件的顺序。",
    ),
    "checks.row_number.do": Text("Leave it out: {option}.", "去掉它：{option}。"),
    "checks.all_different": Text(
        "A category that is different in nearly every row is learned from: {columns}.",
        "用于学习的类别列几乎每行都不同：{columns}。",
    ),
    "checks.all_different.why": Text(
        "Each of its values becomes an input of its own, which is on in a single row. The network learns those rows by "
        "heart, and every new row has a value that it doesn't know.",
        "它的每个取值都会成为一个单独的输入，只在一行中起作用。网络会把这些行背下来，而新数据的取值它都不认识。",
    ),
    "checks.all_different.do": Text("Leave it out: {option}.", "去掉它：{option}。"),
    # Rows and parts.
    "checks.repeats": Text(
        "Of {rows:test row|test rows}, {count:,} ({share:.1%}) can be found in training too; the first is "
        "{things:row|image} {first:,} of the data.",
        "{rows:,} {things:个测试行|张测试图像}中，有 {count:,} {things:行|张}（{share:.1%}）在训练部分也能找到；"
        "其中第一{things:行|张}是数据的第 {first:,} {things:行|张}。",
    ),
    "checks.repeats.why": Text(
        "The network has learned these {things:rows|images}, so they show its memory and not how it does on new ones. They are "
        "more than chance would make in {things:a table|images} like {things:this|these}.",
        "网络已经学过这些{things:行|图像}，它们反映的是记忆，而不是对新数据的表现。在这样的{things:表|数据}中，偶然重复不会有这么多。",
    ),
    "checks.repeats.do": Text(
        "Keep one of each, or keep equal {things:rows in one part with a column that names the parts (--split-column)|images in "
        "one part; in a folder, the subfolders train, validation and test make the parts}.",
        "相同的{things:行请只保留一行，或用一列标明各部分（--split-column），让相同的行处在同一部分|图像请只保留一张，"
        "或让它们处在同一部分：在文件夹中，可以用 train、validation、test 子文件夹分出各部分}。",
    ),
    "checks.repeats_validation": Text(
        "Of {rows:validation row|validation rows}, {count:,} ({share:.1%}) can be found in training too; the first is "
        "{things:row|image} {first:,} of the data.",
        "{rows:,} {things:个验证行|张验证图像}中，有 {count:,} {things:行|张}（{share:.1%}）在训练部分也能找到；"
        "其中第一{things:行|张}是数据的第 {first:,} {things:行|张}。",
    ),
    "checks.repeats_validation.why": Text(
        "The validation loss then goes on falling while the network learns {things:rows|images} by heart, so training stops too late.",
        "这样，网络在死记硬背时验证损失仍会下降，训练就停得太晚。",
    ),
    "checks.repeats_validation.do": Text(
        "Keep one of each, or keep equal {things:rows in one part with a column that names the parts (--split-column)|images in "
        "one part; in a folder, the subfolders train, validation and test make the parts}.",
        "相同的{things:行请只保留一行，或用一列标明各部分（--split-column），让相同的行处在同一部分|图像请只保留一张，"
        "或让它们处在同一部分：在文件夹中，可以用 train、validation、test 子文件夹分出各部分}。",
    ),
    "checks.time_order": Text(
        "Along {column}, {target} changes little from one row to the next (likeness {alike:.0%}), but the parts are "
        "drawn by lot.",
        "按 {column} 的顺序，{target} 在相邻两行之间变化很小（相似度 {alike:.0%}），而各部分却是随机抽取的。",
    ),
    "checks.time_order.why": Text(
        "Each test row then has neighbours in time among the training rows, which nearly tell its answer. Of the future there "
        "will be no neighbours, and the scores will be worse.",
        "这样每个测试行在训练行中都有时间上的近邻，几乎透露了答案。预测未来时没有这样的近邻，分数会更差。",
    ),
    "checks.time_order.do": Text(
        "Train on the past and test on the future: --split in_order, with the rows sorted by {column}.",
        "用过去训练、用未来测试：让各行按 {column} 排序，并使用 --split in_order。",
    ),
    "checks.class_not_trained": Text(
        "The training part has no {things:row|image} of {classes:class|classes}: {labels}.",
        "训练部分没有这些类别的{things:行|图像}（共 {classes:,} 个）：{labels}。",
    ),
    "checks.class_not_trained.why": Text(
        "The network can't learn what it never sees: {rows:row|rows} will be taken for something else.",
        "网络学不到从未见过的类别：有 {rows:,} {things:行|张图像}会被认作别的类别。",
    ),
    "checks.class_not_trained.do": Text(
        "Divide the {things:rows|images} so that every class is in training, as --split stratified does, or add {things:rows|images} "
        "of it.",
        "请改变划分方式，让每个类别都进入训练部分（例如 --split stratified），或补充这些类别的数据。",
    ),
    "checks.class_of_one": Text(
        "{classes:class has|classes have} a single {things:row|image}: {labels}.",
        "有 {classes:,} 个类别只有一{things:行|张图像}：{labels}。",
    ),
    "checks.class_of_one.why": Text(
        "One {things:row|image} can be learned from or tested with, not both. No score tells how such a class will do.",
        "一{things:行数据|张图像}要么用于学习，要么用于测试，不能兼顾。没有分数能反映这样的类别。",
    ),
    "checks.class_of_one.do": Text(
        "Add {things:rows|images} of it, join it with a class that is near, or leave its {things:row|image} out.",
        "请补充该类别的数据，或与相近的类别合并，或去掉这一{things:行|张}。",
    ),
    "checks.class_not_tested": Text(
        "The test part has no {things:row|image} of {classes:class|classes}: {labels}.",
        "测试部分没有这些类别的{things:行|图像}（共 {classes:,} 个）：{labels}。",
    ),
    "checks.class_not_tested.why": Text(
        "The test scores say nothing about them, and the averages over classes leave them out.",
        "测试分数无法反映它们，按类别平均的指标也不包含它们。",
    ),
    "checks.class_not_tested.do": Text(
        "Give the test a larger share (--test 0.3), or let every {things:row|image} be tested once (--folds 5).",
        "请增大测试部分的比例（--test 0.3），或让每一{things:行|张图像}都被测试一次（--folds 5）。",
    ),
    "checks.class_not_validated": Text(
        "The validation part has no {things:row|image} of {classes:class|classes}: {labels}.",
        "验证部分没有这些类别的{things:行|图像}（共 {classes:,} 个）：{labels}。",
    ),
    "checks.class_not_validated.why": Text(
        "The epoch whose weights are kept is chosen without them.",
        "选择保留哪一轮的权重时，没有考虑这些类别。",
    ),
    "checks.class_not_validated.do": Text(
        "Give the validation a larger share: --validation 0.3.", "请增大验证部分的比例：--validation 0.3。"
    ),
    "checks.small_test": Text(
        "The test part has {rows:row|rows}: where {right:.0%} of them are right, the 95% interval is "
        "{low:.0%} … {high:.0%}.",
        "测试部分只有 {rows:,} {things:行|张图像}：如果其中 {right:.0%} 正确，95% 区间为 {low:.0%} … {high:.0%}。",
    ),
    "checks.small_test.why": Text(
        "Two networks whose scores both lie in that interval can't be told apart by this part.",
        "如果两个网络的分数都在这个区间内，仅凭这个测试部分分不出高下。",
    ),
    "checks.small_test.do": Text(
        "Let every {things:row|image} be tested once, with --folds 5, or gather more {things:rows|images}.",
        "用 --folds 5 让每一{things:行|张图像}都被测试一次，或收集更多数据。",
    ),
    "checks.small_test_numbers": Text(
        "The test part has {rows:row|rows}: its RMSE will be known to within about ±{margin:.0%}.",
        "测试部分只有 {rows:,} 行：RMSE 的误差约为 ±{margin:.0%}。",
    ),
    "checks.small_test_numbers.why": Text(
        "Two networks whose errors differ by less can't be told apart by this part. Where a few rows have most of the error, "
        "even less is known.",
        "如果两个网络的误差相差不到这么多，仅凭这个测试部分分不出高下。如果误差主要来自少数几行，就更不确定了。",
    ),
    "checks.small_test_numbers.do": Text(
        "Let every row be tested once, with --folds 5, or gather more rows.",
        "用 --folds 5 让每一行都被测试一次，或收集更多数据。",
    ),
    # The target.
    "checks.codes_as_numbers": Text(
        "{column} is learned as an amount, but looks like the numbers of {values:,} classes: every whole number from {low:,} "
        "to {high:,}, each about equally often (at least {rows:row|rows}).",
        "{column} 被当作数量学习，但看起来是 {values:,} 个类别的编号：从 {low:,} 到 {high:,} 的每个整数，"
        "出现次数相近（至少 {rows:,} 行）。",
    ),
    "checks.codes_as_numbers.why": Text(
        "As an amount, class 3 lies between 2 and 4, and an answer of 3.5 is half right. For names of groups neither is true.",
        "当作数量时，类别 3 介于 2 和 4 之间，回答 3.5 就算对了一半；如果只是分组的名称，这两点都不成立。",
    ),
    "checks.codes_as_numbers.do": Text(
        "If they are names of groups, use --task multiclass; if they are an amount, say so with --task regression.",
        "如果它们是分组的名称，请用 --task multiclass；如果确实是数量，请用 --task regression 说明。",
    ),
    "checks.numbers_as_codes": Text(
        "{column} is learned as {values:,} classes, but its numbers from {low:,} to {high:,} look like a measurement; half of "
        "the classes have {rows:row|rows} or fewer.",
        "{column} 被当作 {values:,} 个类别学习，但它从 {low:,} 到 {high:,} 的数值看起来是测量值；每类行数的中位数为 {rows:,}。",
    ),
    "checks.numbers_as_codes.why": Text(
        "To classes it doesn't matter which is near which: taking 5 for 6 is as wrong as taking 5 for 20.",
        "对类别来说没有远近之分：把 5 当成 6，与把 5 当成 20 错得一样多。",
    ),
    "checks.numbers_as_codes.do": Text(
        "If they measure something, use --task regression; if they are names, say so with --task multiclass.",
        "如果它们是测量值，请用 --task regression；如果是名称，请用 --task multiclass 说明。",
    ),
    # Numbers.
    "checks.unscaled": Text(
        "The numbers go in as they are, and are of very different sizes: {large} is typically {large_size:.3g}, {small} "
        "{small_size:.3g}.",
        "数值未经缩放就输入网络，而大小相差悬殊：{large} 一般为 {large_size:.3g}，{small} 一般为 {small_size:.3g}。",
    ),
    "checks.unscaled.why": Text(
        "The gradient of a weight is as large as its input. A rate that suits the large column leaves the small one "
        "standing still, and one that suits the small column makes the large one jump.",
        "权重的梯度与它的输入成正比。适合大数值列的学习率会让小数值列几乎不动，适合小数值列的又会让大数值列来回跳动。",
    ),
    "checks.unscaled.do": Text("Scale them: --scale standard.", "请缩放：--scale standard。"),
    "checks.unscaled_target": Text(
        "The target {column} is learned as it is, and is typically {size:.3g}.",
        "目标列 {column} 未经缩放就用于学习，一般为 {size:.3g}。",
    ),
    "checks.unscaled_target.why": Text(
        "A network begins with answers near 0. The first errors are as large as the target, their squares and gradients much "
        "larger, and a step of an ordinary rate goes astray or takes very long.",
        "网络最初的输出接近 0，因此起初的误差与目标一样大，其平方和梯度更大得多；用普通的学习率，要么跑偏，要么很久才能接近。",
    ),
    "checks.unscaled_target.do": Text(
        "Scale inputs and target with --scale standard; answers come back in the target's own unit.",
        "用 --scale standard 缩放输入和目标；预测结果仍是原来的单位。",
    ),
    "checks.outliers": Text(
        "{column} has extreme values such as {extreme:.4g}; 98% of it lies from {first:.4g} to {last:.4g}, which is "
        "{share:.2%} of its range.",
        "{column} 有 {extreme:.4g} 这样的极端值；98% 的值在 {first:.4g} 到 {last:.4g} 之间，只占整个范围的 {share:.2%}。",
    ),
    "checks.outliers.why": Text(
        "The scaling is made by the extremes, and presses nearly all rows together, so that the network hardly sees them "
        "differ. The columns in which this is so: {columns}.",
        "缩放由极端值决定，几乎所有的行都被压在一起，网络很难看出它们的差别。有此情况的列：{columns}。",
    ),
    "checks.outliers.do": Text(
        "If they are slips or stand for a missing value, empty those cells; if they are real, use --scale robust.",
        "如果它们是笔误或代表缺失，请清空这些单元格；如果是真实值，请用 --scale robust。",
    ),
    "checks.zeros": Text(
        "Zeros that look like missing values, by column (of {rows:row|rows}): {counted}.",
        "有些零看起来代表缺失，各列中的个数（共 {rows:,} 行）：{counted}。",
    ),
    "checks.zeros.why": Text(
        "Nothing lies between these zeros and the other values, or they come where another column's do. As numbers they are "
        "measurements far from all others; as gaps they would take the median and be marked as missing.",
        "这些零与其他值之间是空的，或者总与另一列的零一同出现。当作数值，它们是远离其他值的测量结果；"
        "当作缺失，则会取中位数并加上缺失标记。",
    ),
    "checks.zeros.do": Text(
        "If 0 means unknown there, empty those cells in the file; if it means none, all is well.",
        "如果零表示未知，请在文件中清空这些单元格；如果确实就是 0，则不必处理。",
    ),
    "checks.mostly_missing": Text(
        "At least half of the training rows have no value here: {counted}.",
        "这些列在训练行中至少缺失一半：{counted}。",
    ),
    "checks.mostly_missing.why": Text(
        "What the network sees there is mostly the median, and that the value is missing. It may be worth having, or noise.",
        "网络在这里看到的多半只是中位数和“缺失”这一事实；这也许有用，也许只是噪声。",
    ),
    "checks.mostly_missing.do": Text(
        "Try without: {option}, and compare the validation scores.",
        "试试去掉它们：{option}，并比较验证分数。",
    ),
    "checks.constant_in_training": Text(
        "The same in all {rows:training row|training rows}, and something else elsewhere: {columns}.",
        "在全部 {rows:,} 个训练行中都相同、在别处却有不同取值的列：{columns}。",
    ),
    "checks.constant_in_training.why": Text(
        "The network sees no other value while it learns, so the column tells it nothing, then or later.",
        "网络在学习时见不到别的取值，所以这一列无论训练还是预测都不提供任何信息。",
    ),
    "checks.constant_in_training.do": Text("Leave it out: {option}.", "去掉它：{option}。"),
    "checks.almost_constant": Text(
        "Of {rows:row|rows} at most {others:differs|differ} from the others in: {columns}.",
        "这些列的 {rows:,} 行中，至多只有 {others:,} 行与其余的不同：{columns}。",
    ),
    "checks.almost_constant.why": Text(
        "From so few rows nothing sure can be learned, and scaled by so small a spread those rows become very large inputs.",
        "从这么少的行学不到可靠的东西；而且这些列的标准差极小，缩放后这几行会变成很大的输入。",
    ),
    "checks.almost_constant.do": Text("Try without: {option}.", "试试去掉它们：{option}。"),
    # Classes and network.
    "checks.imbalance": Text(
        "Always saying {label} is right in {share:.1%} of the training {things:rows|images}; the rarest class, {rare}, has "
        "{rare_rows:,} of {rows:,}.",
        "在训练{things:行|图像}中，总是回答 {label} 就有 {share:.1%} 正确；最少的类别 {rare} 在 {rows:,} {things:行|张}中只有 "
        "{rare_rows:,} {things:行|张}。",
    ),
    "checks.imbalance.why": Text(
        "An accuracy near that share says nothing, and rare classes have little say in the loss. Balanced accuracy and macro "
        "F1 count every class alike.",
        "接近这一比例的准确率说明不了什么，少见的类别在损失中也没有多少分量。平衡准确率和宏平均 F1 对各类别一视同仁。",
    ),
    "checks.imbalance.do": Text(
        "Judge by balanced accuracy, and give rare classes more say: --class-weights balanced.",
        "请看平衡准确率，并提高少见类别的分量：--class-weights balanced。",
    ),
    "checks.wide": Text(
        "{columns:column|columns} for {rows:row|rows}: the network can learn the training rows by heart.",
        "有 {columns:,} 列而只有 {rows:,} 行：网络可能把训练行背下来。",
    ),
    "checks.wide.why": Text(
        "With more columns than rows some of them fit the answers by chance, in training and not after it.",
        "列比行多时，总有一些列偶然与答案吻合，但只在训练行中如此。",
    ),
    "checks.wide.do": Text(
        "Trust only the test scores, leave columns out (--drop), or hold the weights back: --weight-decay 0.1.",
        "请只相信测试分数，或减少列数（--drop），或约束权重：--weight-decay 0.1。",
    ),
    "checks.capacity": Text(
        "The network has {parameters:,} parameters for {rows:training row|training rows}, {ratio:,} "
        "{things:a row|an image}.",
        "网络有 {parameters:,} 个参数，而训练{things:行|图像}只有 {rows:,} {things:行|张}，平均每{things:行|张} {ratio:,} 个。",
    ),
    "checks.capacity.why": Text(
        "It can learn the {things:rows|images} by heart and know nothing of others. A validation part that stops it, dropout or weight decay "
        "hold it back; fewer parameters make it impossible.",
        "它可以把训练{things:行|图像}背下来，对其他数据却一无所知。用验证部分提前停止、dropout 或权重衰减可以加以约束；减少参数则从根本上避免。",
    ),
    "checks.capacity.do": Text(
        "Try {option}, and compare the validation scores.", "试试 {option}，并比较验证分数。"
    ),
    "checks.blank_images": Text(
        "Of {rows:image|images}, {count:has|have} one colour all over; the first is image {first:,} of the data.",
        "{rows:,} 张图像中有 {count:,} 张整张只有一种颜色，其中第一张是数据的第 {first:,} 张。",
    ),
    "checks.blank_images.why": Text(
        "Nothing can be learned from them: their labels are noise. Often a download or a conversion has failed.",
        "从中学不到任何东西，它们的标签只是噪声。往往是下载或转换失败造成的。",
    ),
    "checks.blank_images.do": Text(
        "Look at them, and mend them or leave them out.", "请查看这些图像，把它们修复或删去。"
    ),
    "checks.pixel_scale": Text(
        "The mean ({mean}) and std ({std}) in use don't fit these images: their pixels go from {low:.3g} to {high:.3g}, so "
        "that the network gets about {middle:.2g} ± {spread:.2g}, where 0 ± 1 is usual.",
        "现用的均值（{mean}）和标准差（{std}）不适合这些图像：像素值从 {low:.3g} 到 {high:.3g}，网络得到的输入约为 "
        "{middle:.2g} ± {spread:.2g}，而通常应接近 0 ± 1。",
    ),
    "checks.pixel_scale.why": Text(
        "Whole pixels are divided by 255 before mean and std apply; pixels with fractions stay as they are. From inputs that "
        "hardly differ, or are far from 0, a network learns slowly or not at all.",
        "整数像素会先除以 255，再减去均值、除以标准差；带小数的像素则保持原样。输入之间几乎没有差别或离 0 太远，"
        "网络就学得很慢，甚至学不到东西。",
    ),
    "checks.pixel_scale.do": Text(
        "Leave mean and std out (in a recipe, under [data]): then the training images' own are used, {own_mean} and {own_std}. "
        "After --from, give images like those that the model has learned.",
        "去掉 mean 和 std（在配方的 [data] 下），就会使用训练图像自己的值：{own_mean} 和 {own_std}。"
        "如果用 --from 继续训练，请给出与该模型学过的相近的图像。",
    ),
    "checks.pixel_range": Text(
        "The pixels use only the values from {low} to {high}, of 0 to 255.",
        "像素只用到 {low} 到 {high} 的值，而范围是 0 到 255。",
    ),
    "checks.pixel_range.why": Text(
        "Training does not suffer: mean and spread are taken from these images. But in pictures they look all of one shade, and "
        "images with ordinary pixels, from 0 to 255, are something the network has never seen.",
        "训练不受影响：均值和标准差取自这些图像本身。但显示出来几乎只有一种深浅；而像素从 0 到 255 的普通图像，是网络从未见过的。",
    ),
    "checks.pixel_range.do": Text(
        "Predict with images of the same range, or spread the pixels over 0 to 255 before training: less {low}, times {factor}.",
        "预测时请使用范围相同的图像；或在训练前把像素放大到 0 到 255：减去 {low}，再乘以 {factor}。",
    ),
}
