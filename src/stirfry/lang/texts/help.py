"""The help pages."""

from __future__ import annotations

from stirfry.lang.text import Text

TEXTS: dict[str, Text] = {
    "help.usage": Text("Usage:", "用法："),
    "help.command_word": Text("COMMAND", "命令"),
    "help.program": Text(
        "stirfry trains small neural networks: from a file to a network that is trained, scored, plotted and saved.",
        "stirfry 训练小型神经网络：从一个文件出发，得到训练好、评过分、画好曲线并保存下来的网络。",
    ),
    "help.program_example": Text(
        "Begin with: stirfry train iris\nThen your own table: stirfry train table.csv --target COLUMN",
        "先试试：stirfry train iris\n再用自己的表格：stirfry train table.csv --target 列名",
    ),
    "help.commands": Text("Commands", "命令"),
    "help.arguments": Text("Arguments", "参数"),
    "help.section.general": Text("General", "通用选项"),
    "help.section.data": Text("Data", "数据"),
    "help.section.network": Text("Network", "网络"),
    "help.section.training": Text("Training", "训练"),
    "help.section.output": Text("Output", "输出"),
    "help.command.train": Text("Train a network on a source of data.", "用一份数据训练网络。"),
    "help.command.train.long": Text(
        "Train a network: read the source, find out what its columns are, split it, scale it, train, score, draw, save. "
        "Everything has a default; a run without options is a good network.",
        "训练网络：读取数据，识别各列，划分、缩放、训练、评分、绘图、保存。每一项都有默认值，不加选项也能得到好的网络。",
    ),
    "help.command.train.example": Text(
        "Example: stirfry train iris --hidden 10 --epochs 100",
        "示例：stirfry train iris --hidden 10 --epochs 100",
    ),
    "help.command.sweep": Text(
        "Train a grid of learning rates and widths.", "按学习率和宽度的网格训练一批网络。"
    ),
    "help.command.sweep.long": Text(
        "Train a grid of learning rates and hidden layers on one split, rank them by the validation loss, and draw rate "
        "against final loss. The test part is not looked at.",
        "在同一划分上按学习率和隐藏层的网格训练，按验证损失排名，并画出学习率与最终损失的关系。不使用测试部分。",
    ),
    "help.command.sweep.example": Text(
        "Example: stirfry sweep iris --lr 1e-5..1 --hidden 4,8,16",
        "示例：stirfry sweep iris --lr 1e-5..1 --hidden 4,8,16",
    ),
    "help.command.predict": Text("Predict rows with a trained model.", "用训练好的模型预测。"),
    "help.command.predict.long": Text(
        "Predict rows with a trained model. Columns are found by name, in any order; the answers are CSV, one line a row.",
        "用训练好的模型预测。按列名对应，顺序不限；结果为 CSV，每行一个答案。",
    ),
    "help.command.predict.example": Text(
        "Example: stirfry predict runs/iris-001/model.safetensors flowers.csv --proba",
        "示例：stirfry predict runs/iris-001/model.safetensors flowers.csv --proba",
    ),
    "help.command.evaluate": Text("Score a model on labelled rows.", "在带标签的数据上给模型评分。"),
    "help.command.evaluate.long": Text(
        "Score a model on labelled rows, with 95% intervals and beside the baseline.",
        "在带标签的数据上给模型评分，附 95% 区间，并与基线对照。",
    ),
    "help.command.evaluate.example": Text(
        "Example: stirfry evaluate runs/iris-001 iris", "示例：stirfry evaluate runs/iris-001 iris"
    ),
    "help.command.show": Text("Show a model's layers, columns and weights.", "查看模型的层、列和权重。"),
    "help.command.show.long": Text(
        "Show a model: its layers, what each column was taken for and why, and each parameter's name, shape and values.",
        "查看模型：各层、每一列被如何识别及理由，以及每个参数的名称、形状和数值。",
    ),
    "help.command.show.example": Text(
        "Example: stirfry show runs/iris-001", "示例：stirfry show runs/iris-001"
    ),
    "help.command.report": Text("Write a run's report once more.", "重新生成一次运行的报告。"),
    "help.command.report.long": Text(
        "Write the report of a finished run once more, from its folder: its data are read and divided again, and must be those "
        "that it was trained on. stirfry train writes one by itself.",
        "根据文件夹重新生成一次已完成运行的报告：数据会重新读取和划分，必须与训练时相同。stirfry train 会自动生成报告。",
    ),
    "help.command.report.example": Text(
        "Example: stirfry report runs/iris-001", "示例：stirfry report runs/iris-001"
    ),
    "help.command.export": Text(
        "Write a run as a PyTorch script, a notebook, or a graph for other programs.",
        "把一次运行写成 PyTorch 脚本、笔记本，或供其他程序使用的计算图。",
    ),
    "help.command.export.long": Text(
        "Write a run as a plain PyTorch script that gives the same numbers without stirfry, or as a notebook. "
        "The script reads your own file, and its comments are in the language of --lang. Or write its model as a graph "
        "that other programs run, from raw rows to answers: for ONNX runtimes, or for PyTorch.",
        "把一次运行写成不依赖 stirfry 的 PyTorch 脚本或笔记本，跑出来的数值相同。脚本读取您自己的文件，注释使用 --lang 指定的语言。"
        "也可以把模型写成计算图，供 ONNX 运行库或 PyTorch 使用：输入原始数据，直接得到结果。",
    ),
    "help.command.export.example": Text(
        "Example: stirfry export runs/iris-001 --to script",
        "示例：stirfry export runs/iris-001 --to script",
    ),
    "help.argument.run": Text(
        "The folder of a finished run, such as runs/iris-001.",
        "已完成的运行的文件夹，例如 runs/iris-001。",
    ),
    "help.argument.run_or_model": Text(
        "The folder of a finished run, such as runs/iris-001; for onnx and pt2 a model file is enough.",
        "已完成的运行的文件夹，例如 runs/iris-001；导出 onnx 或 pt2 时，给出模型文件即可。",
    ),
    "help.to": Text(
        "The form: script (a PyTorch script; the default), notebook, onnx (a graph for ONNX runtimes) or pt2 (a program "
        "that torch.export loads).",
        "导出形式：script（PyTorch 脚本，默认）、notebook（笔记本）、onnx（供 ONNX 运行库使用的计算图）或 "
        "pt2（用 torch.export 加载的程序）。",
    ),
    "help.export_output": Text(
        "The file to write; by default one in the run folder, such as script.py.",
        "要写入的文件；默认写到该运行的文件夹中，例如 script.py。",
    ),
    "help.command.recipes": Text(
        "List the tutorials' recipes, or show one.", "列出教程配方，或查看其中一个。"
    ),
    "help.command.recipes.long": Text(
        "List the recipes that reproduce published tutorials, or show one as TOML, ready to be copied and changed.",
        "列出用于重现教程的配方，或以 TOML 形式查看其中一个，可复制后修改。",
    ),
    "help.command.recipes.example": Text(
        "Example: stirfry recipes iris-mlp", "示例：stirfry recipes iris-mlp"
    ),
    "help.command.reproduce": Text(
        "Run tutorials over many seeds, published beside measured.",
        "用多个种子重现教程，发表值与实测值对照。",
    ),
    "help.command.reproduce.long": Text(
        "Run tutorials' experiments over many seeds and show the published numbers beside the measured ones. "
        "A number is reproduced where it lies within the measured range.",
        "用多个种子运行教程中的实验，把发表的数值与实测值并列。发表值落在实测范围内即为重现。",
    ),
    "help.command.reproduce.example": Text(
        "Example: stirfry reproduce linear-weights", "示例：stirfry reproduce linear-weights"
    ),
    "help.command.doctor": Text(
        "Look at this machine and say what to mend.", "检查本机环境，并说明如何改进。"
    ),
    "help.command.doctor.long": Text(
        "Look at Python, the native engine, PyTorch, graphics cards, the processor and what is installed; for each mismatch, "
        "say what to do.",
        "检查 Python、原生引擎、PyTorch、显卡、处理器和已安装的组件；发现不匹配时说明该怎么做。",
    ),
    "help.command.doctor.example": Text("Example: stirfry doctor --json", "示例：stirfry doctor --json"),
    "help.command.check": Text(
        "Look for faults in data, network and plan before training.", "训练之前检查数据、网络和训练计划。"
    ),
    "help.command.check.long": Text(
        "Read the data and make everything ready as `train` does, and say what speaks against training: a column that gives "
        "the target away, repeated rows, classes out of balance, zeros that look like missing values and more. Nothing is "
        "trained or written. The exit code is 0 whatever is found, unless --strict is given.",
        "像 `train` 一样读取数据并做好准备，指出妨碍训练的问题：泄露目标的列、重复的行、类别不平衡、看起来代表缺失的 0 等等。"
        "不训练，也不写入任何文件。无论发现什么，退出码都是 0，除非使用 --strict。",
    ),
    "help.command.check.example": Text(
        "Example: stirfry check table.csv --target price", "示例：stirfry check table.csv --target price"
    ),
    "help.command.explain": Text(
        "Show every number of a row, or which columns matter.", "逐个显示一行数据的所有数值，或哪些列重要。"
    ),
    "help.command.explain.long": Text(
        "With --row: the row, what the network gets of it, every layer forward, the answer and the loss, every gradient "
        "backward, the step that the optimizer would make, and what moved the answer. Without --row: how far the score "
        "falls when one column after another is shuffled.",
        "加上 --row：这一行、网络的输入、逐层前向、结果与损失、逐层反向的梯度、优化器将做的一步更新，以及是什么影响了结果。"
        "不加 --row：逐列打乱后分数下降多少。",
    ),
    "help.command.explain.example": Text(
        "Example: stirfry explain runs/iris-001 iris --row 1\n         stirfry explain runs/iris-001 iris",
        "示例：stirfry explain runs/iris-001 iris --row 1\n      stirfry explain runs/iris-001 iris",
    ),
    "help.row": Text(
        "The row or image to explain, counted from 1 without the header.",
        "要解释的行或图像，从 1 数起，不含表头。",
    ),
    "help.truth": Text(
        "What the row should have been; the data's own target by default.",
        "这一行的正确答案，默认取数据中的目标。",
    ),
    "help.step": Text(
        "Make so many steps on this row, and show the last; 1 by default.",
        "在这一行上连做这么多步，显示最后一步；默认 1。",
    ),
    "help.fresh": Text(
        "Begin with an empty memory of the optimizer, as at a run's first step, and not with what it remembered at the "
        "run's end.",
        "让优化器从空的记忆开始，如同训练的第一步，而不是接着训练结束时的记忆。",
    ),
    "help.only": Text(
        "Show only some of row, forward, answer, backward, update, moved.",
        "只显示其中几项：row（数据）、forward（前向）、answer（结果）、backward（反向）、update（更新）、moved（影响）。",
    ),
    "help.explain_out": Text("Draw pictures into this folder.", "把图片画到这个文件夹。"),
    "help.argument.source": Text(
        "iris, digits, simplex, weights; a CSV, TSV, Parquet, Excel or .npz file; a folder of IDX files, or of images "
        "with one subfolder for each class. May be left out with --recipe.",
        "iris、digits、simplex、weights；CSV、TSV、Parquet、Excel 或 .npz 文件；IDX 文件夹，或每类一个子文件夹的图像文件夹。"
        "使用 --recipe 时可省略。",
    ),
    "help.argument.model": Text(
        "A model.safetensors, or the run folder that holds it.",
        "model.safetensors 文件，或其所在的运行文件夹。",
    ),
    "help.argument.data": Text("Rows: any source that `train` takes.", "数据：与 `train` 相同的任何来源。"),
    "help.argument.name": Text(
        "A recipe's name or file; without it, the list.", "配方的名称或文件；省略则列出全部。"
    ),
    "help.argument.names": Text("Recipes by name; without any, all of them.", "配方名称；省略则运行全部。"),
    "help.target": Text(
        "The column to predict; found out where it isn't given.", "要预测的列；不写则自动识别。"
    ),
    "help.task": Text(
        "binary, multiclass or regression; found out where it isn't given.",
        "binary（二分类）、multiclass（多分类）或 regression（回归）；不写则自动识别。",
    ),
    "help.drop": Text("Columns to leave out.", "不使用的列。"),
    "help.category": Text("Columns of numbers that are names of groups.", "用数字表示类别的列。"),
    "help.scale": Text(
        "How numbers are scaled: standard, minmax, robust or none.",
        "数值缩放方式：standard、minmax、robust 或 none。",
    ),
    "help.test": Text("The test part's share of the rows; 0.2 by default.", "测试部分所占比例，默认 0.2。"),
    "help.validation": Text(
        "The validation part's share of the rows; 0.2 by default.", "验证部分所占比例，默认 0.2。"
    ),
    "help.split": Text(
        "stratified, random, train_test_split, random_split, in_order, column or given.",
        "划分方式：stratified、random、train_test_split、random_split、in_order、column 或 given。",
    ),
    "help.split_column": Text(
        "A column that says train, validation or test.", "标明 train、validation、test 的列。"
    ),
    "help.test_file": Text("A file with the test rows.", "测试数据文件。"),
    "help.validation_file": Text("A file with the validation rows.", "验证数据文件。"),
    "help.image_size": Text(
        "Resize images to height x width, such as 28x28.", "把图像缩放为 高x宽，例如 28x28。"
    ),
    "help.memory": Text(
        "What a folder's images or a Parquet file's values may take in memory, such as 2GB; a third of what is free by "
        "default.",
        "图像文件夹或 Parquet 文件的数值可占用的内存，例如 2GB；默认为空闲内存的三分之一。",
    ),
    "help.data_dir": Text(
        "Where mnist, fashion-mnist and other data lie that stirfry doesn't ship.",
        "mnist、fashion-mnist 等 stirfry 没有附带的数据所在的文件夹。",
    ),
    "help.download": Text(
        "Fetch mnist or fashion-mnist into --data-dir where it is missing.",
        "缺少 mnist 或 fashion-mnist 时下载到 --data-dir。",
    ),
    "help.recipe": Text(
        "Data, network and plan from a recipe; other options replace its settings.",
        "使用配方中的数据、网络和训练计划；其他选项会覆盖其中的设置。",
    ),
    "help.variant": Text("One of the recipe's variants.", "配方的某个变体。"),
    "help.hidden": Text(
        "Widths of the hidden layers; none is a linear model.", "各隐藏层的宽度；none 表示线性模型。"
    ),
    "help.activation": Text(
        "relu, leaky_relu, sigmoid, tanh, gelu, silu or elu.",
        "激活函数：relu、leaky_relu、sigmoid、tanh、gelu、silu 或 elu。",
    ),
    "help.dropout": Text("The share of hidden units dropped in training.", "训练时随机丢弃的隐藏单元比例。"),
    "help.init": Text(
        "default, xavier_uniform, xavier_normal, he_uniform, he_normal, normal or zeros.",
        "权重初始化：default、xavier_uniform、xavier_normal、he_uniform、he_normal、normal 或 zeros。",
    ),
    "help.loss": Text(
        "cross_entropy, bce_with_logits, mse, l1 or huber; or your own, as FILE.py:NAME.",
        "损失函数：cross_entropy、bce_with_logits、mse、l1 或 huber；也可以是自己的，写作 文件.py:名称。",
    ),
    "help.optimizer": Text("sgd, adam, adamw or rmsprop.", "优化器：sgd、adam、adamw 或 rmsprop。"),
    "help.module": Text(
        "Train a network of your own: an nn.Module class in a Python file, which is run; for example net.py:Net.",
        "训练自己的网络：Python 文件中的 nn.Module 类，例如 net.py:Net；该文件会被执行。",
    ),
    "help.use_module": Text(
        "The class of your own network, for a model that needs it; its Python file is run.",
        "模型所需的自定义网络类；其所在的 Python 文件会被执行。",
    ),
    "help.lr": Text("The learning rate.", "学习率。"),
    "help.sweep_hidden": Text(
        "Networks, parted by commas: 4,8,16 is three of one hidden layer, 8x4 is one of two, none is a linear model.",
        "用逗号分隔的多个网络：4,8,16 是三个单隐藏层网络，8x4 是一个两层网络，none 是线性模型。",
    ),
    "help.sweep_lr": Text(
        "Learning rates, parted by commas, or a range such as 1e-5..1 in equal steps on a logarithmic scale.",
        "用逗号分隔的多个学习率，或 1e-5..1 这样的范围，按对数刻度等距取值。",
    ),
    "help.points": Text("How many values a range has; 13 by default.", "一个范围取多少个值，默认 13。"),
    "help.sweep_repeats": Text(
        "How many seeds each network is trained with; ranked by their mean.",
        "每个网络用多少个种子训练，按均值排名。",
    ),
    "help.repeats": Text(
        "Train with so many seeds on the same split, and show each score's mean and spread; 1 for no more than the run.",
        "在同一划分上用这么多个种子训练，给出各指标的均值和离散程度；1 表示只训练本次运行。",
    ),
    "help.folds": Text(
        "Cross-validate in so many folds as well, without the test part.",
        "另外做这么多折的交叉验证，不含测试部分。",
    ),
    "help.momentum": Text(
        "For sgd and rmsprop, 0 to below 1.", "动量，用于 sgd 和 rmsprop，取 0 到 1（不含 1）。"
    ),
    "help.weight_decay": Text(
        "The L2 penalty; decoupled in adamw.", "权重衰减（L2 惩罚）；adamw 中为解耦形式。"
    ),
    "help.schedule": Text(
        "constant, step, exponential, cosine, one-cycle or warmup.",
        "学习率计划：constant、step、exponential、cosine、one-cycle 或 warmup。",
    ),
    "help.epochs": Text("How often every training row is seen, at most.", "最多训练多少轮。"),
    "help.batch_size": Text("Rows in a step; full for all of them.", "每步的行数；full 表示全部。"),
    "help.patience": Text(
        "Stop after so many epochs without a better validation loss; never for no stop.",
        "验证损失连续多少轮不下降就停止；never 表示不提前停止。",
    ),
    "help.clip_norm": Text("Clip the gradients' norm to this.", "把梯度的范数限制在此值以内。"),
    "help.class_weights": Text("balanced, or one weight a class.", "类别权重：balanced，或每类一个数。"),
    "help.label_smoothing": Text(
        "The share of each label that cross-entropy spreads over all classes, 0 to below 1.",
        "标签平滑：交叉熵把每个标签的这一比例平均分给所有类别，取 0 到 1（不含 1）。",
    ),
    "help.keep": Text(
        "Use the best weights by validation loss, or the last.",
        "使用验证损失最低的权重（best）或最后的权重（last）。",
    ),
    "help.seed": Text(
        "Fixes split, initial weights, batches and dropout.", "随机种子：决定划分、初始权重、批次和 dropout。"
    ),
    "help.engine": Text(
        "auto, native (the compiled engine), torch_fast (PyTorch at its best) or torch (its plain loop).",
        "训练引擎：auto、native（编译好的原生引擎）、torch_fast（充分优化的 PyTorch）或 torch（朴素的 PyTorch 循环）。",
    ),
    "help.augment": Text(
        "Change training images at random: shift (pixels), rotate (degrees), scale (share), flip, erase (pixels).",
        "随机改变训练图像：shift（像素）、rotate（角度）、scale（比例）、flip（左右翻转）、erase（像素）。",
    ),
    "help.ema_decay": Text(
        "Use a moving average of the weights, of which each step keeps this share.",
        "使用权重的滑动平均，每一步保留旧平均值的这一比例。",
    ),
    "help.test_shift": Text(
        "Also look at images shifted by so many pixels, and average the answers.",
        "预测时也看平移这么多像素的图像，取结果的平均。",
    ),
    "help.precision": Text(
        "auto, float32 or bfloat16 (products and convolutions only; the weights stay float32).",
        "计算精度：auto、float32 或 bfloat16（只用于乘法和卷积，权重始终是 float32）。",
    ),
    "help.device": Text("auto, cpu, cuda or mps.", "计算设备：auto、cpu、cuda 或 mps。"),
    "help.from": Text(
        "Go on from a model's weights with a new optimizer.", "从已有模型的权重继续训练，优化器重新开始。"
    ),
    "help.resume": Text("Go on with a run that was interrupted.", "继续被中断的运行。"),
    "help.history": Text(
        "Keep a row for each epoch, or each step as well.",
        "历史记录：每轮一行（epoch），或同时保留每一步（step）。",
    ),
    "help.name": Text(
        "What the run is called; the source's name by default.", "运行的名称，默认取数据来源的名称。"
    ),
    "help.out": Text("The folder for run folders; runs by default.", "存放各次运行的文件夹，默认 runs。"),
    "help.no_plots": Text("Draw no curves, and write no report.", "不绘制曲线，也不生成报告。"),
    "help.checkpoint_every": Text(
        "Seconds between two checkpoints; 30 by default.", "检查点的间隔秒数，默认 30。"
    ),
    "help.log_every": Text("Write a line every so many epochs.", "每隔多少轮输出一行。"),
    "help.report_output": Text(
        "Write the report to this file (report.html in the run's folder).",
        "把报告写入此文件（默认为运行文件夹中的 report.html）。",
    ),
    "help.output": Text("Write the answers to a CSV file.", "把结果写入 CSV 文件。"),
    "help.proba": Text("Add each class's probability.", "同时给出各类别的概率。"),
    "help.seeds": Text(
        "How many seeds; each recipe's own number by default.", "种子个数，默认由各配方决定。"
    ),
    "help.strict": Text(
        "End with exit code 1 where something serious is found.", "发现严重问题时以退出码 1 结束。"
    ),
    "help.json": Text(
        "Write one JSON object to stdout, everything else to stderr.",
        "在标准输出写一个 JSON 对象，其余内容写到标准错误。",
    ),
    "help.quiet": Text("Only errors, and answers that were asked for.", "只输出错误和所要的结果。"),
    "help.lang": Text("English or Chinese; your locale's by default.", "英文或中文，默认跟随系统语言。"),
    "help.help": Text("Show this page.", "显示本页。"),
    "help.version": Text("Show the version.", "显示版本。"),
}
