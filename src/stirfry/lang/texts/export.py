"""What is said about a run in another form: errors, and the words in the forms themselves."""

from __future__ import annotations

from stirfry.lang.text import Text

TEXTS: dict[str, Text] = {
    "export.unknown_kind": Text(
        "There is no form {kind} to export to. There are: {known}.",
        "没有名为 {kind} 的导出形式。可用的有：{known}。",
    ),
    "export.unknown_kind_near": Text(
        "There is no form {kind} to export to; did you mean {near}? There are: {known}.",
        "没有名为 {kind} 的导出形式；是不是 {near}？可用的有：{known}。",
    ),
    "export.exists": Text(
        "{path} is there already, and export overwrites only what it wrote into the run folder itself. "
        "Name another file with -o, or delete this one.",
        "{path} 已经存在；导出只会覆盖它自己写在运行文件夹里的文件。请用 -o 换一个文件名，或删除这个文件。",
    ),
    "export.no_place": Text(
        "This run has no folder that the {kind} could go to. Name a file: run.export(path, to=...).",
        "这次运行没有文件夹可以存放 {kind}。请给出文件：run.export(path, to=...)。",
    ),
    "export.interrupted": Text(
        "The run {name} was interrupted after {epochs:epoch|epochs}, so it isn't what its settings say. "
        "Finish it with `stirfry train --resume {name}`, then export it.",
        "运行 {name} 在第 {epochs:,} 轮之后被中断，结果与其设置不一致。请先用 `stirfry train --resume {name}` 把它跑完，再导出。",
    ),
    "export.in_memory": Text(
        "The run {name} was trained on data in memory, which a script can't read again. "
        "Save the data to a CSV file and train on that.",
        "运行 {name} 使用的是内存中的数据，脚本无法再次读取。请把数据存为 CSV 文件，再用该文件训练。",
    ),
    "export.other_data": Text(
        "{source} no longer holds the data that the run {name} was trained on, so the script couldn't give its numbers. "
        "Put the data back, or train again.",
        "{source} 中的数据已不是运行 {name} 训练时的数据，脚本无法得出相同的数值。请恢复原数据，或重新训练。",
    ),
    "export.goes_on": Text(
        "The run {name} went on from another model's weights (--from), which a script doesn't have. "
        "Export a run that was trained from the start.",
        "运行 {name} 是在另一个模型的权重上继续训练的（--from），脚本中没有这些权重。请导出从头训练的运行。",
    ),
    "export.own_network": Text(
        "The run {name} trained a network of your own, {module}, whose class a script can't hold. "
        "Only networks that stirfry made can be written as a script; --to pt2 takes yours as it is.",
        "运行 {name} 训练的是您自己的网络 {module}，脚本无法包含它的类。只有 stirfry 生成的网络能写成脚本；--to pt2 可以原样导出您的网络。",
    ),
    "export.own_loss": Text(
        "The run {name} used a loss of your own, {loss}, which a script can't hold. "
        "Train with one of the losses that have a name.",
        "运行 {name} 使用了您自己的损失函数 {loss}，脚本无法包含它。请改用有名称的损失函数训练。",
    ),
    "export.source_kind": Text(
        "The run {name} was trained on {source}; a script reads CSV and TSV files, an .xlsx or .parquet file, .npz archives, "
        "IDX files and folders of images, one kind at a time. Save the data as CSV and train on that.",
        "运行 {name} 的数据来自 {source}；脚本只能读取 CSV 和 TSV 文件、单个 .xlsx 或 .parquet 文件、.npz 文件、IDX 文件和图像文件夹，"
        "且一次只能是其中一种。"
        "请把数据另存为 CSV，再用它训练。",
    ),
    "export.needs_packages": Text(
        "Whether pandas reads the file of the run {name} as stirfry did has to be tried before a script is written, and for that "
        "something is missing here. Install it with: pip install {packages}",
        "写脚本之前要先试一下 pandas 读取运行 {name} 的文件的结果是否与 stirfry 相同，而这里缺少所需的包。请运行：pip install {packages}",
    ),
    "export.repeats": Text(
        "The run {name} keeps {rows:,} rows that repeat another together in one part (--split), and a script can place "
        "{most:,} of them at most. Remove the repeated rows, or train with --split train_test_split.",
        "运行 {name} 把 {rows:,} 个互相重复的行各自放在同一部分（--split），脚本最多只能安排 {most:,} 行。"
        "请删去重复的行，或改用 --split train_test_split 训练。",
    ),
    "export.odd_column": Text(
        "The column {column} of the run {name} can't be encoded in a script as it was: pandas reads it in another "
        "way, or it holds dates taken as categories, or nothing but gaps in the training rows. Leave it out with --drop and train again.",
        "运行 {name} 的列 {column} 无法在脚本中按原样编码：pandas 读出的结果与当时不同，或者它是被当作类别的日期，或在训练行中全部缺失。"
        "请用 --drop 去掉这一列，重新训练。",
    ),
    "export.streamed": Text(
        "The run {name} read its images from the disk batch by batch (--memory), which takes more than a short script. "
        "Train with --memory large enough for all of them, then export.",
        "运行 {name} 的图像是分批从磁盘读取的（--memory），短脚本无法做到。请把 --memory 设得足够大、容得下全部图像，重新训练后再导出。",
    ),
    "export.images_changed": Text(
        "The images of the run {name} were resized, recoloured or partly left out as they were read (--image-size), "
        "which a short script doesn't do. Convert them to one size in files of their own, and train on these.",
        "运行 {name} 的图像在读取时改变了大小或颜色，或略去了一部分（--image-size），短脚本不做这些。"
        "请先把图像转换成同一大小的文件，再用它们训练。",
    ),
    "export.head": Text(
        "The run {name} in plain PyTorch.",
        "用纯 PyTorch 重做运行 {name}。",
    ),
    "export.notebook": Text("The run {name} in plain PyTorch", "用纯 PyTorch 重做运行 {name}"),
    "export.needs": Text(
        "It needs: pip install {packages}",
        "需要先安装：pip install {packages}",
    ),
    "export.data_classes": Text(
        "1. The data: {rows:row|rows}. {target} is to be predicted, one of {classes} classes.",
        "1. 数据：{rows:,} 行，要预测的是 {target}，共 {classes} 个类别。",
    ),
    "export.data_regression": Text(
        "1. The data: {rows:row|rows}. {target} is to be predicted, a number.",
        "1. 数据：{rows:,} 行，要预测的是数值 {target}。",
    ),
    "export.data_images": Text(
        "1. The data: {rows:image|images} of {shape} pixels in {classes} classes.",
        "1. 数据：{rows:,} 张 {shape} 像素的图像，共 {classes} 个类别。",
    ),
    "export.split_none": Text(
        "2. No split: all {train:row|rows} are trained on.",
        "2. 不划分：{train:,} 行全部用于训练。",
    ),
    "export.split_test": Text(
        "2. The split: {train:row|rows} to train on, {test:,} to judge by.",
        "2. 划分：{train:,} 行用于训练，{test:,} 行用于最后评判。",
    ),
    "export.split_validation": Text(
        "2. The split: {train:row|rows} to train on, {validation:,} to validate with.",
        "2. 划分：{train:,} 行用于训练，{validation:,} 行用于验证。",
    ),
    "export.split_three": Text(
        "2. The split: {train:row|rows} to train on, {validation:,} to validate with, {test:,} to judge by.",
        "2. 划分：{train:,} 行用于训练，{validation:,} 行用于验证，{test:,} 行用于最后评判。",
    ),
    "export.columns_standard": Text(
        "3. Scaling: each column less the mean of the training rows, divided by their standard deviation.",
        "3. 缩放：每一列减去训练行的均值，再除以训练行的标准差。",
    ),
    "export.columns_minmax": Text(
        "3. Scaling: each column from 0 to 1, by the smallest and largest value of the training rows.",
        "3. 缩放：按训练行的最小值和最大值，把每一列缩放到 0 到 1。",
    ),
    "export.columns_robust": Text(
        "3. Scaling: each column less the median of the training rows, divided by their interquartile range.",
        "3. 缩放：每一列减去训练行的中位数，再除以训练行的四分位距。",
    ),
    "export.columns_none": Text(
        "3. The columns as they are, without scaling.",
        "3. 各列保持原样，不缩放。",
    ),
    "export.columns_mixed": Text(
        "3. {columns:number|numbers} for each row. What is measured to make them comes from the training rows only.",
        "3. 把每一行变成 {columns:,} 个数。所需的统计量都只取自训练行。",
    ),
    "export.pixels": Text(
        "3. Scaling: pixels from 0 to 1, less a mean and divided by a standard deviation.",
        "3. 缩放：把像素变为 0 到 1，减去均值，再除以标准差。",
    ),
    "export.network": Text(
        "4. The network, with {parameters:weight|weights}; what measures its error; what moves the weights.",
        "4. 网络，共 {parameters:,} 个权重；衡量误差的损失函数；更新权重的优化器。",
    ),
    "export.training_full": Text(
        "5. Training: each of {epochs:epoch|epochs} is one step on all training rows.",
        "5. 训练：共 {epochs:,} 轮，每轮用全部训练行走一步。",
    ),
    "export.training": Text(
        "5. Training: {epochs:epoch|epochs} of {steps:step|steps}, each on a batch of {batch:row|rows}.",
        "5. 训练：共 {epochs:,} 轮，每轮 {steps:,} 步，每步一批 {batch:,} 行。",
    ),
    "export.scores": Text("6. The scores on each part.", "6. 各部分的评分。"),
    "export.scores_best": Text(
        "6. The scores on each part, with the weights of the best epoch.",
        "6. 各部分的评分，用的是最好一轮的权重。",
    ),
    "export.say_unlabelled": Text("rows without a label", "去掉没有标签的行"),
    "export.say_repeats": Text("equal rows stay in one part", "相同的行放在同一部分"),
    "export.say_constant": Text(
        "a column that doesn't differ in training becomes 0", "训练行中没有差异的列变为 0"
    ),
    "export.say_number": Text("a number", "数值"),
    "export.say_category": Text(
        "a category: 0 or 1 for each level, and for levels never trained on",
        "类别：每个取值一列 0 或 1，训练时没见过的取值另占一列",
    ),
    "export.say_date": Text("a date, in parts", "日期，拆成几部分"),
    "export.say_standard": Text("by the training rows' mean and deviation", "按训练行的均值和标准差"),
    "export.say_minmax": Text("by the training rows' range", "按训练行的取值范围"),
    "export.say_robust": Text("by the training rows' quartiles", "按训练行的四分位数"),
    "export.say_target": Text("the target is scaled too", "目标也要缩放"),
    "export.say_channels": Text("Each channel has its own mean and spread.", "每个通道各有均值和标准差。"),
    "export.say_balanced": Text("every class has the same say", "让每个类别分量相同"),
    "export.say_seed": Text(
        "fixes the initial weights, the batches and all else that is drawn",
        "固定初始权重、批次和其他随机抽取",
    ),
    "export.say_halved": Text(
        "the factors of each product are rounded to bfloat16 in training; sums are float32",
        "训练时，每次乘法的两个因数都舍入为 bfloat16，求和用 float32",
    ),
    "export.say_layout": Text("as convolutions like it best", "卷积最适合的内存布局"),
    "export.say_average": Text("a moving average of the weights", "权重的滑动平均"),
    "export.say_augment": Text("each image of a batch is changed at random", "随机改变一批中的每张图像"),
    "export.say_shifted": Text(
        "the outputs, averaged over each image and its shifted copies",
        "输出：对每张图像及其平移后的副本取平均",
    ),
}
