"""What is said about columns, tasks, splits and encoding."""

from __future__ import annotations

from stirfry.lang.text import Text

TEXTS: dict[str, Text] = {
    "data.role.number": Text("number", "数值"),
    "data.role.category": Text("category", "类别"),
    "data.role.date": Text("date", "日期"),
    "data.role.identifier": Text("identifier", "标识"),
    "data.role.constant": Text("constant", "常量"),
    "data.role.dropped": Text("dropped", "已丢弃"),
    "data.role.target": Text("target", "目标"),
    "data.why_asked": Text("you asked for it", "按您的要求"),
    "data.why_source": Text("the source says so", "数据来源自带的目标"),
    "data.why_split": Text("it says which part a row is in", "它标明每行所属的部分"),
    "data.why_named": Text("it has a target's name", "列名像是目标"),
    "data.why_last": Text("it is the last column", "它是最后一列"),
    "data.why_empty": Text("every value is missing", "所有值都缺失"),
    "data.why_constant": Text("every value is {value}", "所有值都是 {value}"),
    "data.why_id_name": Text(
        "it is named like a key, and all its values differ", "列名像是编号，且各行的值都不同"
    ),
    "data.why_id_text": Text(
        "{different:,} different texts in {rows:row|rows}: a key or free text, not groups",
        "{rows:,} 行中有 {different:,} 种不同文本：是编号或自由文本，不是分组",
    ),
    "data.why_date": Text("every value is a date", "所有值都是日期"),
    "data.why_boolean": Text("true or false, as 1 and 0", "是/否，记为 1 和 0"),
    "data.why_number": Text("{different:,} different numbers", "{different:,} 个不同的数值"),
    "data.why_category": Text("{levels:different text|different texts}", "{levels:,} 种不同文本"),
    "data.target_is": Text("Target: {column} ({why}).", "目标列：{column}（{why}）。"),
    "data.task_is_binary": Text("Task: two classes ({why}).", "任务：二分类（{why}）。"),
    "data.task_is_multiclass": Text("Task: several classes ({why}).", "任务：多分类（{why}）。"),
    "data.task_is_regression": Text("Task: regression ({why}).", "任务：回归（{why}）。"),
    "data.task_text": Text("{classes:different text|different texts}", "{classes:,} 种不同文本"),
    "data.task_boolean": Text("true and false", "是与否"),
    "data.task_whole": Text(
        "{classes} different whole numbers, many rows of each", "{classes} 个不同的整数，各有多行"
    ),
    "data.task_many": Text("{values:,} different whole numbers", "{values:,} 个不同的整数"),
    "data.task_fractions": Text("{values:,} different numbers with fractions", "{values:,} 个不同的小数"),
    "data.left_out_identifier": Text(
        "Left out, as keys or free text: {names}. Use --category to take one as groups.",
        "未使用（编号或自由文本）：{names}。如需作为类别，请用 --category。",
    ),
    "data.left_out_constant": Text(
        "Left out, as they never change: {names}.", "未使用（取值不变）：{names}。"
    ),
    "data.wide": Text(
        "{columns:column|columns} for {rows:row|rows}: the network can learn the training rows by heart. "
        "Trust only the test scores, or leave columns out.",
        "有 {columns:,} 列而只有 {rows:,} 行：网络可能把训练行背下来。请只相信测试分数，或减少列数。",
    ),
    "data.rows_dropped": Text(
        "{rows:row|rows} without a label dropped.", "丢弃了 {rows:,} 行没有标签的数据。"
    ),
    "data.float_labels": Text(
        "The labels in {column} are whole numbers stored as floats; they are taken as whole numbers.",
        "{column} 的标签是以小数形式存储的整数，已按整数处理。",
    ),
    "data.repeats_together": Text(
        "{repeats:row repeats|rows repeat} another; repeats stay together in one part.",
        "有 {repeats:,} 行与其他行重复；重复的行放在同一部分。",
    ),
    "data.repeats_many": Text(
        "{repeats:row repeats|rows repeat} another, too many to keep together: parts are drawn row by row, so equal rows "
        "can be in training and test.",
        "有 {repeats:,} 行与其他行重复，数量较多，因此按行随机划分；相同的行可能同时出现在训练和测试部分。",
    ),
    "data.class_of_one": Text(
        "{classes:class has|classes have} a single row, which goes to training; no score can tell about it.",
        "有 {classes:,} 个类别只有一行，该行归入训练部分；分数无法反映这些类别。",
    ),
    "data.validation_from_training": Text(
        "The validation part ({rows:row|rows}) is taken from the training rows.",
        "验证部分（{rows:,} 行）从训练行中取出。",
    ),
    "data.extra_columns": Text(
        "Ignored, as the model doesn't know them: {names}.", "已忽略模型不认识的列：{names}。"
    ),
    "data.images_converted": Text(
        "Images converted from {found} to {wanted} (channels, height, width).",
        "图像已从 {found} 转换为 {wanted}（通道、高、宽）。",
    ),
    "data.no_column": Text(
        "There is no column {name}. There are: {known}.", "没有列 {name}。现有的列：{known}。"
    ),
    "data.no_column_near": Text(
        "There is no column {name}. Did you mean {near}?", "没有列 {name}。是不是想写 {near}？"
    ),
    "data.duplicate_columns": Text(
        "Column names must differ, but these occur more than once: {names}. Rename them.",
        "列名不能重复，但以下列名出现了多次：{names}。请重命名。",
    ),
    "data.no_features": Text(
        "At least one column must be left to learn from; besides the target there is only: {dropped}. "
        "Add columns, or take one as groups with --category.",
        "除目标外至少要有一列可供学习，现在只有：{dropped}。请增加列，或用 --category 把某列作为类别。",
    ),
    "data.one_value": Text(
        "A target needs at least two different values; all {rows:row|rows} of {column} are {value}. "
        "Name another target with --target, or add rows.",
        "目标至少要有两个不同的值，但 {column} 的 {rows:,} 行都是 {value}。请用 --target 指定其他目标，或补充数据。",
    ),
    "data.no_labels": Text(
        "Every value of the target {column} is missing. Name another target with --target.",
        "目标列 {column} 的值全部缺失。请用 --target 指定其他目标。",
    ),
    "data.date_target": Text(
        "A date can't be a target; {column} holds dates. Name another target with --target.",
        "日期不能作为目标，而 {column} 是日期列。请用 --target 指定其他目标。",
    ),
    "data.text_target": Text(
        "Regression needs numbers; {column} holds text, such as {found}. Leave --task out, or name another target.",
        "回归需要数值，而 {column} 含有文本，例如 {found}。请去掉 --task，或指定其他目标。",
    ),
    "data.fractions_as_classes": Text(
        "Classes must be whole numbers, text or true and false; {column} has fractions. Use --task regression, or name "
        "another target.",
        "类别必须是整数、文本或是/否，而 {column} 含有小数。请使用 --task regression，或指定其他目标。",
    ),
    "data.not_binary": Text(
        "A binary task has two classes; found {classes}. Use --task multiclass, or leave --task out.",
        "二分类任务只能有两个类别，现在有 {classes} 个。请使用 --task multiclass，或不写 --task。",
    ),
    "data.images_regression": Text(
        "Images are trained on classes; these labels look like measurements. Use --task multiclass if they are classes.",
        "图像只能用于分类，而这些标签像是测量值。如果它们是类别，请使用 --task multiclass。",
    ),
    "data.images_without_labels": Text(
        "Training needs labels, and these images have none. Put them into one subfolder for each class.",
        "训练需要标签，但这些图像没有标签。请按类别把它们放进各自的子文件夹。",
    ),
    "data.infinite": Text(
        "Numbers must be finite; {column} has {value} in row {row:,}. Correct it, leave it empty, or drop the column.",
        "数值必须有限，但 {column} 第 {row:,} 行是 {value}。请改正、留空，或丢弃该列。",
    ),
    "data.unknown_label": Text(
        "{column} has the label {found}, which the model was not trained on. It knows: {labels}.",
        "{column} 中有标签 {found}，模型没有学过。它认识的有：{labels}。",
    ),
    "data.missing_columns": Text(
        "Columns that the model needs are missing: {missing}. Found: {found}. Add them; a value may be empty.",
        "缺少模型需要的列：{missing}。现有：{found}。请补上这些列，值可以留空。",
    ),
    "data.not_a_number": Text(
        "{column} must hold numbers; row {row:,} has the text {value}. Correct it, or leave it empty.",
        "{column} 应为数值，但第 {row:,} 行是文本 {value}。请改正或留空。",
    ),
    "data.date_for_number": Text(
        "{column} must hold numbers, but it holds dates. Give what the model was trained on.",
        "{column} 应为数值，现在是日期。请提供与训练时相同的内容。",
    ),
    "data.not_a_date": Text(
        "{column} must hold dates; row {row:,} has {value}. Write dates as 2026-01-31.",
        "{column} 应为日期，但第 {row:,} 行是 {value}。请写成 2026-01-31 的形式。",
    ),
    "data.image_shape": Text(
        "The model takes images of {wanted} (channels, height, width); found {found}. Give them that shape.",
        "模型的输入图像应为 {wanted}（通道、高、宽），现在是 {found}。请转换成该形状。",
    ),
    "data.channel_count": Text(
        "mean and std need one number for each channel: {channels}; found {found}.",
        "mean 与 std 每个通道需要一个数，共 {channels} 个，现在有 {found} 个。",
    ),
    "data.no_parts": Text(
        "The split `given` needs a source with its own parts, and this one has none. Use another split.",
        "`given` 划分要求数据自带各部分，而这份数据没有。请使用其他划分方式。",
    ),
    "data.split_words": Text(
        "The split column {column} may say train, validation or test; found: {found}. Correct it.",
        "划分列 {column} 只能写 train、validation 或 test，现在有：{found}。请改正。",
    ),
    "data.empty_train": Text(
        "No row is left to train on ({rows:row|rows} in all). Give more rows, or smaller parts to test and validation.",
        "没有剩下可供训练的行（共 {rows:,} 行）。请增加数据，或减小测试和验证部分。",
    ),
    "data.empty_part": Text(
        "The {part} part would be empty: a share of {share} of {rows:row|rows}. Give more rows, a larger share with "
        "--{part}, or 0 to go without one.",
        "{part} 部分会是空的：{rows:,} 行的 {share}。请增加数据，用 --{part} 加大比例，或设为 0 表示不要这一部分。",
    ),
}
