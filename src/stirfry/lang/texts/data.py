"""What is said about columns, tasks, splits and encoding."""

from __future__ import annotations

from stirfry.lang.text import Text

TEXTS: dict[str, Text] = {
    # The roles of columns, and why a column has its role.
    "data.role.number": Text("number", "数值"),
    "data.role.category": Text("category", "类别"),
    "data.role.date": Text("date", "日期"),
    "data.role.identifier": Text("identifier", "标识"),
    "data.role.constant": Text("constant", "常量"),
    "data.role.dropped": Text("dropped", "已丢弃"),
    "data.role.target": Text("target", "目标"),
    "data.why_asked": Text("you asked for it", "按您的要求"),
    "data.why_source": Text("the source says so", "数据自带的目标"),
    "data.why_split": Text("it says which part a row is in", "它标明每行所属的部分"),
    "data.why_named": Text("it has a target's name", "列名像是目标"),
    "data.why_last": Text("it is the last column", "它是最后一列"),
    "data.why_empty": Text("every value is missing", "所有值都缺失"),
    "data.why_constant": Text("every value is {value}", "所有值都是 {value}"),
    "data.why_id_name": Text(
        "it is named like a key or a row number, and all its values differ",
        "列名像是编号或行号，且各行的值都不同",
    ),
    "data.why_id_text": Text(
        "{once:text occurs|texts occur} only once in {rows:row|rows}: a key or free text, not groups",
        "{rows:,} 行中有 {once:,} 种文本只出现一次：是编号或自由文本，不是分组",
    ),
    "data.why_many_levels": Text(
        "{levels:,} different texts, more than the {limit:,} that are taken as groups",
        "有 {levels:,} 种不同文本，超过可作为分组的 {limit:,} 种",
    ),
    "data.why_stray_category": Text(
        "numbers but for texts such as {text} in row {row:,}, so its {levels:,} values are taken as groups",
        "本是数值，但含有文本，例如第 {row:,} 行的 {text}，因此把 {levels:,} 种取值当作分组",
    ),
    "data.why_stray_identifier": Text(
        "numbers but for texts such as {text} in row {row:,}, and {levels:,} values are too many for groups; "
        "correct the texts to use it",
        "本是数值，但含有文本，例如第 {row:,} 行的 {text}；{levels:,} 种取值又太多，不能当作分组。改正这些文本后即可使用",
    ),
    "data.why_date": Text("every value is a date", "所有值都是日期"),
    "data.why_boolean": Text("true or false, as 1 and 0", "真或假，记为 1 和 0"),
    "data.why_number": Text("numbers from {low:g} to {high:g}", "数值，从 {low:g} 到 {high:g}"),
    "data.why_category": Text("{levels:different text|different texts}", "{levels:,} 种不同文本"),
    # What was decided about the target and the task.
    "data.target_source": Text("Target: {column}, as the source says.", "目标列：{column}（数据自带）。"),
    "data.target_named": Text(
        "Target: {column}, by its name. Use --target for another.",
        "目标列：{column}（根据列名判断）。如需更换，请用 --target。",
    ),
    "data.target_last": Text(
        "Target: {column}, the last column. Use --target for another.",
        "目标列：{column}（最后一列）。如需更换，请用 --target。",
    ),
    "data.task_text": Text(
        "Task: {classes:class|classes}, the different texts in {column}.",
        "任务：分类，{column} 中的 {classes:,} 种文本就是 {classes:,} 个类别。",
    ),
    "data.task_boolean": Text(
        "Task: two classes, as {column} is true or false.", "任务：二分类，{column} 的值为真或假。"
    ),
    "data.task_whole": Text(
        "Task: {classes:class|classes}, as {column} holds few different whole numbers. "
        "Use --task regression if they are measurements.",
        "任务：分类，共 {classes:,} 个类别，因为 {column} 只有少数几个不同的整数。如果它们是测量值，请用 --task regression。",
    ),
    "data.task_many": Text(
        "Task: regression, as {column} holds {values:,} different whole numbers. "
        "Use --task multiclass if they are classes.",
        "任务：回归，因为 {column} 有 {values:,} 个不同的整数。如果它们是类别，请用 --task multiclass。",
    ),
    "data.task_fractions": Text(
        "Task: regression, as {column} holds numbers with fractions.", "任务：回归，因为 {column} 含有小数。"
    ),
    "data.float_labels": Text(
        "The labels in {column} are whole numbers stored as floats; they are taken as whole numbers.",
        "{column} 的标签是以浮点数存储的整数，已按整数处理。",
    ),
    "data.rows_dropped": Text(
        "{rows:row|rows} without a label dropped.",
        "已丢弃 {rows:,} {things:行没有标签的数据|张没有标签的图像}。",
    ),
    "data.left_out_identifier": Text(
        "Left out, as keys or free text: {names}. Use --category to take one as groups.",
        "未使用（编号或自由文本）：{names}。如需作为分组，请用 --category。",
    ),
    "data.left_out_constant": Text(
        "Left out, as they never change: {names}.", "未使用（取值不变）：{names}。"
    ),
    "data.left_out_stray": Text(
        "Left out, as texts stand among their numbers, and their values are too many for groups: {names}. Correct or "
        "empty those cells to use them as numbers.",
        "未使用（数值中混有文本，且取值太多，不能当作分组）：{names}。改正或清空这些单元格后即可作为数值使用。",
    ),
    "data.taken_as_groups": Text(
        "Taken as groups, as texts stand among their numbers: {names}. Correct or empty those cells to use them as "
        "numbers.",
        "已当作分组（数值中混有文本）：{names}。改正或清空这些单元格后即可作为数值使用。",
    ),
    # What was decided about the parts.
    "data.repeats_together": Text(
        "{repeats:row repeats|rows repeat} another; repeats stay together in one part.",
        "有 {repeats:,} {things:行与其他行|张图像与其他图像}重复；重复的{things:行|图像}都放在同一部分。",
    ),
    "data.moments_of_sample": Text(
        "The mean and spread of the pixels are those of {rows:,} training images, drawn by lot.",
        "像素的均值和标准差取自随机抽出的 {rows:,} 张训练图像。",
    ),
    "data.validation_from_training": Text(
        "The validation part ({rows:row|rows}) is taken from the training {things:rows|images}.",
        "验证部分（{rows:,} {things:行|张图像}）从训练{things:行|图像}中取出。",
    ),
    "data.test_from_training": Text(
        "The test part ({rows:row|rows}) is taken from the training {things:rows|images}.",
        "测试部分（{rows:,} {things:行|张图像}）从训练{things:行|图像}中取出。",
    ),
    # What is said about new rows.
    "data.extra_columns": Text(
        "Ignored, as the model doesn't know them: {names}.", "已忽略模型不认识的列：{names}。"
    ),
    "data.new_levels": Text(
        "{column} has values that training never saw ({levels}), in {rows:row|rows}; they count as unknown.",
        "{column} 有训练时没有出现过的取值（{levels}），共 {rows:,} 行；按未知取值处理。",
    ),
    "data.new_gaps": Text(
        "Values are missing where none was missing in training: {names}. Numbers and dates take the training "
        "median, categories count as unknown.",
        "这些列有缺失值，而训练时没有：{names}。数值和日期取训练数据的中位数，类别按未知取值处理。",
    ),
    "data.images_converted": Text(
        "Images converted from {found} to {wanted} (channels, height, width).",
        "图像已从 {found} 转换为 {wanted}（通道、高、宽）。",
    ),
    "data.pixels_whole": Text(
        "The model was trained on pixels from 0 to 255, and these are fractions; they are taken to be from 0 to 1.",
        "模型训练时的像素为 0 到 255 的整数，而这些是小数；按 0 到 1 处理。",
    ),
    "data.pixels_fractions": Text(
        "The model was trained on pixels with fractions, and these are whole; they are divided by 255.",
        "模型训练时的像素为小数，而这些是整数；已除以 255。",
    ),
    # Wishes that can't be met.
    "data.no_column": Text(
        "There is no column {name}. There are: {known}.", "没有列 {name}。现有的列：{known}。"
    ),
    "data.no_column_near": Text(
        "There is no column {name}. Did you mean {near}? There are: {known}.",
        "没有列 {name}。是不是想写 {near}？现有的列：{known}。",
    ),
    "data.split_column_used": Text(
        "The column that names the parts can't be the target or a category as well; found {name} as both. "
        "Take it out of one of them.",
        "标明各部分的列不能同时是目标或类别，而 {name} 两者都是。请从其中一处删去。",
    ),
    "data.images_have_no_columns": Text(
        "Images have no columns, so none can be the target, dropped, a category or the split; found: {names}. "
        "Leave these settings out.",
        "图像没有列，不能指定目标列、丢弃列、类别列或划分列，现在写了：{names}。请去掉这些设置。",
    ),
    "data.channel_count": Text(
        "mean and std take one number for all channels or one for each of {channels}; found {found}.",
        "mean 与 std 可以只写一个数，也可以每个通道一个数（共 {channels} 个），现在有 {found} 个。",
    ),
    "data.no_parts": Text(
        "The split `given` needs a source with its own parts, and this one has none. Use another split.",
        "`given` 划分要求数据自带各部分，而这份数据没有。请使用其他划分方式。",
    ),
    # Tables that can't be learned from.
    "data.duplicate_columns": Text(
        "Column names must differ, but these occur more than once: {names}. Rename them.",
        "列名不能重复，但以下列名出现了多次：{names}。请重命名。",
    ),
    "data.no_features": Text(
        "At least one column must be left to learn from; besides the target there is only: {dropped}. "
        "Add columns, or take one as groups with --category.",
        "除目标外至少要有一列可供学习，现在只有：{dropped}。请增加列，或用 --category 把某列作为分组。",
    ),
    "data.only_target": Text(
        "At least one column must be left to learn from, but the target is the only one. Add columns; if the "
        "file has more, check its delimiter.",
        "除目标外至少要有一列可供学习，而这里只有目标列。请增加列；如果文件本来有更多列，请检查分隔符。",
    ),
    "data.too_many_levels": Text(
        "A category may have up to {limit:,} levels, because each becomes a column; {column} has {levels:,}. "
        "Group its values, or leave it out of --category.",
        "类别列最多有 {limit:,} 种取值，因为每种取值都会成为一列；{column} 有 {levels:,} 种。请合并取值，或不要用 --category 指定它。",
    ),
    "data.infinite": Text(
        "Numbers must be finite; {column} has {value} in row {row:,}. Correct it, leave it empty, or drop the column.",
        "数值必须有限，但 {column} 第 {row:,} 行是 {value}。请改正、留空，或丢弃该列。",
    ),
    "data.too_large": Text(
        "Numbers must lie within ±3.4e38, as far as 32 bits go; {column} has {value} in row {row:,}. Correct it, "
        "give the column in a larger unit, or drop it.",
        "数值必须在 ±3.4e38 之内（32 位浮点数的范围），但 {column} 第 {row:,} 行是 {value}。请改正、换用更大的单位，或丢弃该列。",
    ),
    # Targets that can't be learned.
    "data.one_value": Text(
        "A target needs at least two classes or values; {column} has only one class or value, {value}, in "
        "{rows:row|rows}. Name another target with --target, or add rows.",
        "目标至少要有两个类别或两个不同的值，但 {column} 只有一个：{value}（共 {rows:,} 行）。请用 --target 指定其他目标，或补充数据。",
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
        "Regression needs numbers; {column} holds text, such as {found}. Correct it, leave --task out, or name another "
        "target.",
        "回归需要数值，而 {column} 含有文本，例如 {found}。请改正、去掉 --task，或指定其他目标。",
    ),
    "data.target_stray": Text(
        "{column} holds numbers but for texts such as {text} in row {row:,}, which would make {classes:,} classes of "
        "them. Correct or empty those cells, or use --task multiclass if they are classes.",
        "{column} 本是数值，但含有文本，例如第 {row:,} 行的 {text}，这会变成 {classes:,} 个类别。"
        "请改正或清空这些单元格；如果确实是类别，请用 --task multiclass。",
    ),
    "data.target_free_text": Text(
        "A class needs several rows, but {column} has {classes:different value|different values} in {rows:row|rows}: "
        "a key or free text. Name another target with --target, or use --task multiclass if they are classes.",
        "每个类别需要有多行，但 {column} 在 {rows:,} 行中有 {classes:,} 种不同的值：像是编号或自由文本。请用 --target 指定其他目标；如果确实是类别，请用 --task multiclass。",
    ),
    "data.fractions_as_classes": Text(
        "Classes must be whole numbers, text or true and false; {column} has fractions, such as {value}. "
        "Use --task regression, or name another target.",
        "类别必须是整数、文本或真假值，而 {column} 含有小数，例如 {value}。请用 --task regression，或指定其他目标。",
    ),
    "data.not_binary": Text(
        "A binary task has two classes; found {classes}. Use --task multiclass, or leave --task out.",
        "二分类任务只能有两个类别，现在有 {classes} 个。请用 --task multiclass，或不写 --task。",
    ),
    "data.images_regression": Text(
        "Images are trained on classes; these labels look like measurements, or a regression is asked for. "
        "Use --task multiclass if they are classes.",
        "图像只能用于分类，而这些标签像是测量值，或指定了回归任务。如果它们是类别，请用 --task multiclass。",
    ),
    "data.images_without_labels": Text(
        "Training needs labels, and these images have none. Put them into one subfolder for each class.",
        "训练需要标签，但这些图像没有标签。请按类别把它们放进各自的子文件夹。",
    ),
    "data.bad_pixels": Text(
        "Pixels must be finite; image {row:,} has some that aren't. Correct it or leave it out.",
        "像素值必须有限，但第 {row:,} 张图像含有非有限值。请改正或去掉这张图像。",
    ),
    # Parts that can't be made.
    "data.too_few_rows": Text(
        "{parts} parts need at least {parts} {things:rows|images}; found {rows:row|rows}. Give more, or set --test or "
        "--validation to 0.",
        "分成 {parts} 个部分至少要有 {parts} {things:行|张图像}，现在只有 {rows:,} {things:行|张}。请增加数据，或把 --test 或 --validation 设为 0。",
    ),
    "data.empty_train": Text(
        "No {things:row|image} is left to train on ({rows:row|rows} in all). Give more, or smaller parts to test and validation.",
        "没有剩下可供训练的{things:行|图像}（共 {rows:,} {things:行|张}）。请增加数据，或减小测试和验证部分。",
    ),
    "data.empty_test": Text(
        "The test part would be empty: {share} of {rows:row|rows}, where every class keeps one to train on. Give more "
        "{things:rows|images}, at least {enough} with --test, or 0 to go without it.",
        "测试部分会是空的：共 {rows:,} {things:行|张图像}，比例为 {share}，且每个类别要留一{things:行|张}用于训练。"
        "请增加数据，用 --test 设为至少 {enough}，或设为 0 表示不要测试部分。",
    ),
    "data.empty_validation": Text(
        "The validation part would be empty: {share} of {rows:row|rows}, where every class keeps one to train on. Give "
        "more {things:rows|images}, at least {enough} with --validation, or 0 to go without it.",
        "验证部分会是空的：共 {rows:,} {things:行|张图像}，比例为 {share}，且每个类别要留一{things:行|张}用于训练。"
        "请增加数据，用 --validation 设为至少 {enough}，或设为 0 表示不要验证部分。",
    ),
    "data.split_words": Text(
        "The split column {column} may say train, validation or test; row {row:,} says {found}. Correct it.",
        "划分列 {column} 只能写 train、validation 或 test，而第 {row:,} 行是 {found}。请改正。",
    ),
    "data.split_gap": Text(
        "The split column {column} must say train, validation or test in every row; row {row:,} is empty. Fill it in.",
        "划分列 {column} 每行都要写 train、validation 或 test，而第 {row:,} 行是空的。请补上。",
    ),
    # New rows that a model can't take.
    "data.wants_table": Text(
        "The model was trained on a table; found images. Give rows with the same columns.",
        "模型是用表格训练的，而这里是图像。请提供列相同的表格数据。",
    ),
    "data.inputs_have_no_columns": Text(
        "Arrays for a network of your own have no columns, so none can be the target, dropped, a category or the split; "
        "found: {names}. Take that away.",
        "自定义网络使用的数组没有列，不能指定目标列、删除列、类别列或划分列；现在有：{names}。请将其去掉。",
    ),
    "data.inputs_scaled": Text(
        "Each of the {count:value|values} along the inputs' last axis is standardised by the training rows. Write "
        '`scale="none"` to leave them as they are.',
        '输入最后一维上的 {count:,} 个值已分别按训练行标准化。如需保持原样，请写 `scale="none"`。',
    ),
    "data.inputs_whole": Text(
        "Your network takes whole numbers: input {inputs} goes in as int64, as it is.",
        "您的网络需要整数：输入 {inputs} 以 int64 原样送入。",
    ),
    "data.inputs_not_finite": Text(
        "Arrays for a network of your own must be finite; row {row:,} holds a gap (NaN) or an infinity. Fill it in, or "
        "leave the row out.",
        "自定义网络使用的数组必须是有限数，但第 {row:,} 行有缺失（NaN）或无穷大。请补上，或去掉这一行。",
    ),
    "data.inputs_not_whole": Text(
        "The model takes whole numbers; found fractions. Give the numbers that it was trained on.",
        "模型的输入是整数，现在有小数。请给出与训练时同类的数值。",
    ),
    "data.other_inputs": Text(
        "The model takes rows of {wanted}; found {found}. Give arrays of the shapes that it was trained on.",
        "模型的输入每行为 {wanted}，现在是 {found}。请给出与训练时形状相同的数组。",
    ),
    "data.wants_inputs": Text(
        "This model takes arrays of the shapes {wanted} (names: {names}). Give them in this order, as a tuple or by name; "
        "to evaluate, as (inputs, y).",
        "这个模型的输入是形状为 {wanted} 的数组（名称：{names}）。请按此顺序以元组给出，或按名称以字典给出；评估时写作 (输入, y)。",
    ),
    "data.wants_images": Text(
        "The model was trained on images; found a table. Give images.",
        "模型是用图像训练的，而这里是表格。请提供图像。",
    ),
    "data.unknown_label": Text(
        "{column} has labels that the model was not trained on: {found}, in {rows:row|rows}. It knows: {labels}. "
        "Correct them, leave them empty, or train a new model.",
        "{column} 中有模型没有学过的标签：{found}（{rows:,} 行）。它认识的有：{labels}。请改正、留空，或训练新的模型。",
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
    "data.folds_given_validation": Text(
        "Folds would mix what the source itself sets apart for validation with what it gives to train on. Leave out "
        "--folds, or divide the data by lot with --split stratified.",
        "数据自己指定了验证部分，分折会把它与训练部分混在一起。请去掉 --folds，或用 --split stratified 随机划分。",
    ),
    "data.folds_too_many": Text(
        "{folds} folds need at least as many different {things:rows|images} outside the test part; there are "
        "{rows:row|rows}. Use fewer.",
        "{folds} 折至少需要同样多的、互不重复的非测试{things:行|图像}，而现在有 {rows:,} {things:行|张}。请减少折数。",
    ),
    "data.folds_rare": Text(
        "{classes:class has|classes have} fewer {things:rows|images} than there are folds ({folds}), so not every fold is judged on "
        "all classes.",
        "有 {classes:,} 个类别的{things:行数|图像数}少于折数（{folds}），因此不是每一折都能在所有类别上评分。",
    ),
}
