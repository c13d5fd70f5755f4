"""What is said where a row's way through a model is explained, and which inputs matter."""

from __future__ import annotations

from stirfry.lang.text import Text

TEXTS: dict[str, Text] = {
    "explain.repr": Text(
        "Explanation of {things:row|image} {row} of {name}: {answer}",
        "{name} 第 {row} {things:行|张图像}的解释：{answer}",
    ),
    "explain.own_network": Text(
        "Every number of a row can be shown where the network is a plain chain of known layers. {name} isn't one: what "
        "its forward does between its layers ({layers}) is your own code. Which columns matter can be measured for any "
        "model of a table: leave --row out.",
        "只有由已知的层组成的简单链才能逐个显示数值。{name} 不是这样的链：它的 forward 在各层（{layers}）之间做什么由您自己的代码决定。"
        "表格模型都可以测量哪些列重要：去掉 --row 即可。",
    ),
    "explain.no_such_row": Text(
        "There is no {things:row|image} {row}: the data have {rows:row|rows}, counted from 1{things: without the header|}.",
        "没有第 {row} {things:行|张图像}：数据共有 {rows:,} {things:行|张}，从 1 数起{things:，不含表头|}。",
    ),
    "explain.truth_not_a_number": Text(
        "The model predicts {column}, a number, so what it should have been is a finite number; found {value}.",
        "模型预测的 {column} 是数值，正确答案也应是有限的数值，现在是 {value}。",
    ),
    "explain.no_metric": Text(
        "For this model the metric is one of {known}; found {found}.",
        "这个模型可用的指标是 {known}，现在是 {found}。",
    ),
    "explain.steps_count": Text(
        "The step to show is a whole number of at least 1; found {found}.",
        "要显示的步数应为不小于 1 的整数，现在是 {found}。",
    ),
    "explain.row_needed": Text(
        "Add --row N, counted from 1: {options} can only be used for one row.",
        "{options} 只用于单独一行。请加上 --row N，从 1 数起。",
    ),
    "explain.no_topic": Text(
        "--only takes one or more of {known}; found {found}.",
        "--only 可取 {known} 中的一个或几个，现在是 {found}。",
    ),
    "explain.images_have_no_columns": Text(
        "Which columns matter can be measured for tables; this model takes images. Add --row N to see what moved the "
        "answer for one of them.",
        "哪些列重要只能对表格测量，而这个模型的输入是图像。请加上 --row N，查看是什么影响了某一张图像的结果。",
    ),
    "explain.arrays_have_no_columns": Text(
        "Which columns matter can be measured for tables; this model takes arrays as they are, which have none.",
        "哪些列重要只能对表格测量，而这个模型直接接收数组，没有列。",
    ),
    "explain.no_target_column": Text(
        "Which columns matter shows in how far the score falls without them, and for a score the data need the column "
        "{column}. Found: {found}.",
        "衡量哪些列重要，要看打乱它们后分数下降多少；要算分数，数据中必须有 {column} 列。现有的列：{found}。",
    ),
    "explain.too_few_rows": Text(
        "Shuffling a column needs at least 2 rows with a label; found {rows}.",
        "要打乱一列，至少需要 2 行带标签的数据，现有 {rows} 行。",
    ),
    "explain.rows_sampled": Text(
        "Measured on {rows:,} of {of:,} rows, chosen at random with a fixed seed.",
        "共 {of:,} 行，用固定种子随机取 {rows:,} 行测量。",
    ),
    "explain.not_a_step_setting": Text(
        "{names}: no step depends on that. Settings of a step are {known}.",
        "{names}：一步更新与此无关。可用的设置有 {known}。",
    ),
    "explain.run_has_no_rows": Text(
        "This run no longer has its rows. Give the data: stirfry.explain_row(run.model, data, row) or stirfry.importance(run.model, data).",
        "这次运行已经没有保留数据。请给出数据：stirfry.explain_row(run.model, data, row) 或 stirfry.importance(run.model, data)。",
    ),
    "explain.nothing_dropped": Text(
        "Dropout is off, as in prediction; in training it would drop some values at random.",
        "Dropout 与预测时一样关闭；训练时它会随机丢弃一部分数值。",
    ),
    "explain.kept_moments": Text(
        "{layers} takes the mean and the variance that it kept from training, as in prediction; in training it would take "
        "those of the batch.",
        "{layers} 与预测时一样使用训练中保留的均值和方差；训练时它会使用当前批次的。",
    ),
    "explain.not_shifted": Text(
        "The model's own answers average over copies shifted by {pixels} px; here it sees the image as it is.",
        "模型预测时还会对平移 {pixels} 像素的副本取平均；这里只看原图。",
    ),
    "explain.own_loss": Text(
        "The model was trained with a loss of your own ({name}), which isn't in its file. Loss, gradients and update are "
        "left out.",
        "模型是用您自己的损失函数（{name}）训练的，模型文件里没有它，因此不显示损失、梯度和更新。",
    ),
    "explain.no_truth": Text(
        "The data don't say what this {things:row|image} should have been, so there is no loss, no gradient and no update. Say it with "
        "--truth.",
        "数据没有给出这{things:一行|张图像}的正确答案，因此没有损失、梯度和更新。可以用 --truth 给出。",
    ),
    "explain.plan_assumed": Text(
        "A model file doesn't say how it was trained; the step is one of {optimizer} at a rate of {lr:g}, as `stirfry train` "
        "does without options. Give the run folder, or --optimizer and --lr.",
        "模型文件没有记录训练方式，这里按 `stirfry train` 的默认设置计算：{optimizer}，学习率 {lr:g}。也可以给出运行文件夹，"
        "或用 --optimizer 和 --lr 指定。",
    ),
    "explain.base_rate": Text(
        "The run's rate followed the schedule {schedule}; the step is shown at its base rate, {lr:g}.",
        "训练时学习率按 {schedule} 变化；这里的一步使用基准学习率 {lr:g}。",
    ),
    "explain.no_model": Text(
        "The first argument must be a run, a model, a model file or a run folder; it is {found}.",
        "第一个参数应是运行、模型、模型文件或运行文件夹；给出的是 {found}。",
    ),
    "explain.importance_needs_data": Text(
        "Which columns matter is measured on labelled rows. Give them as `data`; only a run that still has its own may leave them "
        "out.",
        "哪些列重要要在带标签的行上测量，请用 `data` 给出；只有仍带有数据的运行才可以省略。",
    ),
    "explain.title.row": Text("{things:Row|Image} {row} of {name}", "{name} 的第 {row} {things:行|张图像}"),
    "explain.title.inputs": Text("What the network gets", "网络的输入"),
    "explain.title.answer": Text("The answer", "结果"),
    "explain.title.loss": Text("The loss", "损失"),
    "explain.title.back": Text("Backward: {layer}", "反向：{layer}"),
    "explain.title.forward": Text("Forward: {layer}", "前向：{layer}"),
    "explain.title.update": Text("The update", "更新"),
    "explain.title.moved": Text("What moved the answer", "是什么影响了结果"),
    "explain.is_target": Text("(the target)", "（目标）"),
    "explain.is_ignored": Text("(not used)", "（未使用）"),
    "explain.missing": Text("missing", "缺失"),
    "explain.filled": Text("(median)", "（中位数）"),
    "explain.never_differs": Text("(constant)", "（恒定）"),
    "explain.value": Text("value", "值"),
    "explain.center": Text("centre", "中心"),
    "explain.scale": Text("scale", "尺度"),
    "explain.scaling": Text("X = (value − centre) / scale", "X = (值 − 中心) / 尺度"),
    "explain.channel_scales": Text("mean {mean}    std {std}", "均值 {mean}    标准差 {std}"),
    "explain.more": Text("… and {count:,} more", "……另有 {count:,} 个"),
    "explain.shapes": Text("shapes: {shapes}", "形状：{shapes}"),
    "explain.weights_of": Text("W → {name}", "W → {name}"),
    "explain.gradients_of": Text("dW → {name}", "dW → {name}"),
    "explain.summary": Text(
        "{name} {shape}   min {low}   mean {mean}   max {high}",
        "{name} {shape}   最小 {low}   平均 {mean}   最大 {high}",
    ),
    "explain.summary_first": Text(
        "first: {first} …   zeros: {zeros:,} of {size:,}",
        "开头：{first} …   零：{size:,} 个中有 {zeros:,} 个",
    ),
    "explain.answer": Text("The model says {answer}.", "模型的结果是 {answer}。"),
    "explain.answer_class": Text("{answer} with {share}", "{answer}，概率 {share}"),
    "explain.truth_right": Text(
        "{things:The row says|It is labelled} {truth}: right.", "{things:数据中|标签}是 {truth}：正确。"
    ),
    "explain.truth_wrong": Text(
        "{things:The row says|It is labelled} {truth}: wrong.", "{things:数据中|标签}是 {truth}：错误。"
    ),
    "explain.truth_number": Text("The row says {truth}: off by {error}.", "数据中是 {truth}：相差 {error}。"),
    "explain.class_weights": Text("class weights: {weights}", "类别权重：{weights}"),
    "explain.step": Text(
        "{optimizer}, step {step:,} on this {things:row|image} alone",
        "{optimizer}，只用这{things:一行|张图像}的第 {step:,} 步",
    ),
    "explain.nothing_remembered": Text(
        "Before its first step the optimizer remembers nothing: {letters} begin at 0.",
        "第一步之前优化器没有任何记忆：{letters} 从 0 开始。",
    ),
    "explain.goes_on": Text(
        "The run made the first {steps:step|steps}; the memory ({letters}) goes on from what they left.",
        "前 {steps:,} 步是训练时做的；记忆（{letters}）由此接续。",
    ),
    "explain.other_weights": Text(
        "What it remembered at the run's end, after epoch {last:,}, belongs to other weights than these, which are epoch "
        "{best:,}'s.",
        "训练在第 {last:,} 轮结束，而这里的权重来自第 {best:,} 轮，结束时的记忆不属于这组权重。",
    ),
    "explain.clipped": Text(
        "The gradients' norm is {norm}, above {most}: each is multiplied by {factor}.",
        "梯度的范数是 {norm}，超过 {most}：每个梯度都乘以 {factor}。",
    ),
    "explain.not_clipped": Text("The norm of all gradients together is {norm}.", "全部梯度的范数是 {norm}。"),
    "explain.before": Text("{letter} before", "原 {letter}"),
    "explain.new_weight": Text("new w", "新 w"),
    "explain.more_weights": Text(
        "… and {count:,} more; the largest change of all is {largest}",
        "……另有 {count:,} 个；其中最大的变化是 {largest}",
    ),
    "explain.added": Text("added", "贡献"),
    "explain.follows.probability": Text("the probability of {answer}", "{answer} 的概率"),
    "explain.follows.output": Text("the output for {answer}", "{answer} 的输出"),
    "explain.follows.value": Text("the predicted number", "预测的数值"),
    "explain.from_typical": Text(
        "From a row of training medians to this one, {what} goes from {start} to {end}:",
        "从各列取训练中位数的行到这一行，{what}从 {start} 变为 {end}：",
    ),
    "explain.from_black": Text(
        "From a black image to this one, {what} goes from {start} to {end}.",
        "从全黑的图像到这张图像，{what}从 {start} 变为 {end}。",
    ),
    "explain.from_zeros": Text(
        "From an array of zeros to this one, {what} goes from {start} to {end}. Each number added:",
        "从全零的数组到这个数组，{what}从 {start} 变为 {end}。各数值的贡献：",
    ),
    "explain.moved_pixels": Text(
        "The picture `decision` shows which pixels did that (--out FOLDER).",
        "各像素的贡献见图片 decision（--out 文件夹）。",
    ),
    "explain.matters": Text(
        "How far {metric} falls when one column is shuffled", "打乱某一列后，{metric}下降多少"
    ),
    "explain.matters_loss": Text(
        "How far {metric} grows when one column is shuffled", "打乱某一列后，{metric}增加多少"
    ),
    "explain.drop": Text("falls by", "下降"),
    "explain.grows": Text("grows by", "增加"),
    "explain.interval": Text("95% interval", "95% 区间"),
    "explain.column": Text("column", "列"),
    "explain.measured": Text(
        "{metric} is {score} on these {rows:row|rows}; each column was shuffled {repeats:time|times}. Columns that say "
        "the same stand in for each other, and each looks less important than it is.",
        "在这 {rows:,} 行上{metric}为 {score}；每列打乱 {repeats:,} 次。含义相同的列可以互相替代，因此各自看起来没有实际那么重要。",
    ),
    "explain.pictures": Text("Pictures written to {folder}: {files}", "图片已写入 {folder}：{files}"),
    "explain.picture.layer": Text("layer {index} ({name})", "第 {index} 层（{name}）"),
    "explain.picture.filters": Text("The filters of {layer}", "{layer}的卷积核"),
    "explain.picture.units": Text(
        "The weights of {layer}: what each unit looks for", "{layer}的权重：每个单元在寻找什么"
    ),
    "explain.picture.maps": Text("What {layer} makes of the image", "{layer}对这张图像的输出"),
    "explain.picture.signed": Text(
        "Orange is above 0, blue below, white is 0; one scale for all.",
        "橙色大于 0，蓝色小于 0，白色为 0；所有图用同一尺度。",
    ),
    "explain.picture.bright": Text(
        "Black is 0, and brighter is more; one scale for all.", "黑色为 0，越亮越大；所有图用同一尺度。"
    ),
    "explain.picture.first": Text(" The first {count} are shown.", "只显示前 {count} 个。"),
    "explain.picture.image": Text("the image", "图像"),
    "explain.picture.added": Text("orange added, blue took away", "橙色为正贡献，蓝色为负"),
    "explain.picture.both": Text("both", "两者叠加"),
    "explain.picture.interval": Text(
        "With 95% intervals, on {rows:row|rows}, each column shuffled {repeats:time|times}.",
        "附 95% 区间；共 {rows:,} 行，每列打乱 {repeats:,} 次。",
    ),
}
