"""What is said about recipes, networks and plans."""

from __future__ import annotations

from stirfry.lang.text import Text

TEXTS: dict[str, Text] = {
    "spec.faults_in_call": Text(
        "{count:fault|faults} in the settings:",
        "设置中有 {count} 处错误：",
    ),
    "spec.faults_in_file": Text(
        "{count:fault|faults} in {path}; nothing was run:",
        "{path} 中有 {count} 处错误，未运行：",
    ),
    "spec.at_line": Text("line {line}, {key}", "第 {line} 行，{key}"),
    "spec.not_toml": Text(
        "this is not valid TOML: {reason}. Mend that place first; the rest is checked after it.",
        "不是有效的 TOML：{reason}。请先改正此处，其余内容随后再检查。",
    ),
    "spec.missing": Text("is required and is missing. Add it.", "必须填写，但没有找到。请补上。"),
    "spec.unknown_key": Text(
        "there is no such setting. Here there are: {known}.",
        "没有这个设置项。此处可用的有：{known}。",
    ),
    "spec.unknown_key_near": Text(
        "there is no such setting. Did you mean {near}?",
        "没有这个设置项。是不是想写 {near}？",
    ),
    "spec.unknown_setting": Text(
        "There is no setting `{name}`. There are: {known}.",
        "没有设置项 `{name}`。可用的有：{known}。",
    ),
    "spec.unknown_setting_near": Text(
        "There is no setting `{name}`. Did you mean `{near}`?",
        "没有设置项 `{name}`。是不是想写 `{near}`？",
    ),
    "spec.one_of": Text(
        "must be one of {options}; found {found}.",
        "只能是 {options} 之一，现在是 {found}。",
    ),
    "spec.one_of_near": Text(
        "must be one of {options}; found {found}. Did you mean {near}?",
        "只能是 {options} 之一，现在是 {found}。是不是想写 {near}？",
    ),
    "spec.whole_or": Text(
        "must be a whole number, or one of {options}; found {found}.",
        "必须是整数，或 {options} 之一，现在是 {found}。",
    ),
    "spec.list_or": Text(
        "must be a list, or one of {options}; found {found}.",
        "必须是列表，或 {options} 之一，现在是 {found}。",
    ),
    "spec.too_long": Text("has too many entries; found {found}.", "项数过多，现在是 {found}。"),
    "spec.no_tag": Text(
        "must say which kind it is, with a key `type` (a layer) or `name` (a schedule); found {found}.",
        "必须用 `type`（层）或 `name`（学习率计划）说明种类，现在是 {found}。",
    ),
    "spec.greater_than": Text("must be above {limit}; found {found}.", "必须大于 {limit}，现在是 {found}。"),
    "spec.at_least": Text("must be at least {limit}; found {found}.", "不能小于 {limit}，现在是 {found}。"),
    "spec.less_than": Text("must be below {limit}; found {found}.", "必须小于 {limit}，现在是 {found}。"),
    "spec.at_most": Text("must be at most {limit}; found {found}.", "不能大于 {limit}，现在是 {found}。"),
    "spec.finite": Text("must be a finite number; found {found}.", "必须是有限的数，现在是 {found}。"),
    "spec.empty_list": Text("must hold at least one entry; found {found}.", "至少要有一项，现在是 {found}。"),
    "spec.bad_name": Text(
        "may hold only letters, digits, `-` and `_`; found {found}.",
        "只能包含字母、数字、`-` 和 `_`，现在是 {found}。",
    ),
    "spec.want_whole": Text("must be a whole number; found {found}.", "必须是整数，现在是 {found}。"),
    "spec.want_number": Text("must be a number; found {found}.", "必须是数字，现在是 {found}。"),
    "spec.want_boolean": Text(
        "must be true or false; found {found}.", "必须是 true 或 false，现在是 {found}。"
    ),
    "spec.want_text": Text("must be text in quotes; found {found}.", "必须是带引号的文本，现在是 {found}。"),
    "spec.want_list": Text(
        "must be a list in square brackets; found {found}.", "必须是方括号中的列表，现在是 {found}。"
    ),
    "spec.want_table": Text(
        'must be a table, such as {{ type = "ReLU" }}; found {found}.',
        '必须是一个表，例如 {{ type = "ReLU" }}，现在是 {found}。',
    ),
    "spec.not_valid": Text("can't be used here; found {found}.", "此处不能使用，现在是 {found}。"),
    "spec.short_and_layers": Text(
        "belongs to the short form of a network and can't stand beside `layers`. Keep one of the two.",
        "属于网络的简写形式，不能与 `layers` 同时出现。请只保留其中一种。",
    ),
    "spec.layer_wants_images": Text(
        "{layer} takes images of channels×height×width, but {shape} comes in. Put it before Flatten, "
        "or train on a source of images.",
        "{layer} 需要 通道×高×宽 的图像，但输入是 {shape}。请把它放在 Flatten 之前，或改用图像数据。",
    ),
    "spec.layer_wants_rows": Text(
        "{layer} takes one row of numbers, but {shape} comes in. Put a Flatten before it; it gives {flat}.",
        "{layer} 需要一行数字，但输入是 {shape}。请在它前面加一个 Flatten，得到 {flat} 个数。",
    ),
    "spec.layer_wrong_input": Text(
        "{layer} says {argument}={given}, but {found} come in. Write {argument}={found}, or leave it out: "
        "it is worked out.",
        "{layer} 写的是 {argument}={given}，实际输入是 {found}。请写 {argument}={found}，或者不写，程序会自动推算。",
    ),
    "spec.window_too_large": Text(
        "{layer} has a window of {kernel}, but only {size:pixel comes|pixels come} in (padding {padding}). "
        "Use a smaller kernel, more padding, or fewer poolings before it.",
        "{layer} 的窗口是 {kernel}，但输入只有 {size} 个像素（填充 {padding}）。请减小卷积核、增大填充，或减少前面的池化。",
    ),
    "spec.pool_padding": Text(
        "{layer} may pad by half its window at most; found padding {padding} for a window of {kernel}.",
        "{layer} 的填充不能超过窗口的一半，现在窗口是 {kernel}，填充是 {padding}。",
    ),
    "spec.wrong_outputs": Text(
        "the last layer gives {found}, but this task and loss need {outputs} a row. "
        "Make the last Linear layer's out_features {outputs}.",
        "最后一层输出 {found}，但这个任务和损失函数每行需要 {outputs} 个数。请把最后一个 Linear 的 out_features 改为 {outputs}。",
    ),
    "spec.softmax_inside": Text(
        "a Softmax may only be the last layer before cross_entropy, which applies it itself; found it elsewhere "
        "(loss {loss}). Take it out; predict_proba gives probabilities.",
        "Softmax 只能是 cross_entropy 之前的最后一层（该损失自带 softmax），此处不行（损失函数为 {loss}）。"
        "请删去它；predict_proba 会给出概率。",
    ),
    "spec.not_this_optimizer": Text(
        "{key} is a setting of {owners}, but the optimizer is {optimizer}. Take it out or change the optimizer.",
        "{key} 是 {owners} 的设置，而优化器是 {optimizer}。请删去它，或更换优化器。",
    ),
    "spec.nesterov_without_momentum": Text(
        "Nesterov's method needs a momentum above 0; found 0. Set momentum, 0.9 for example.",
        "Nesterov 方法要求 momentum 大于 0，现在是 0。请设置 momentum，例如 0.9。",
    ),
    "spec.smoothing_without_classes": Text(
        "label smoothing goes with cross_entropy; the loss is {loss}. Leave it out, or for classes take cross_entropy.",
        "标签平滑只能与 cross_entropy 一起使用，现在的损失函数是 {loss}。请去掉标签平滑；如果是分类，也可以改用 cross_entropy。",
    ),
    "spec.weights_without_classes": Text(
        "class weights go with cross_entropy and bce_with_logits; the loss is {loss}. Take one of them out.",
        "类别权重只能与 cross_entropy 或 bce_with_logits 一起使用，现在的损失函数是 {loss}。请去掉其中之一。",
    ),
    "spec.one_cycle_too_short": Text(
        "one_cycle needs at least 2 steps; found 1. Train longer or in batches.",
        "one_cycle 至少需要 2 步，现在只有 1 步。请增加轮数或使用小批量。",
    ),
    "spec.no_rows_to_train": Text(
        "test and validation together must leave rows to train on; found {test} and {validation}. "
        "Let them add up to less than 1.",
        "测试与验证部分之外必须留有训练数据，现在分别是 {test} 和 {validation}。两者之和应小于 1。",
    ),
    "spec.split_column": Text(
        "method `column` and the column's name go together. Give both, or neither.",
        "`column` 划分方式必须同时给出列名。请两者都写，或都不写。",
    ),
    "spec.mean_and_std": Text(
        "mean and std go together. Give both, or neither.", "mean 与 std 必须成对给出。请两者都写，或都不写。"
    ),
    "spec.memory": Text(
        'memory is a number with a unit, such as "2GB" or "500 MB"; found {value}.',
        'memory 应为带单位的数，例如 "2GB" 或 "500 MB"；现在是 {value}。',
    ),
    "spec.target_used_twice": Text(
        "{target} is the target, so it can't be dropped or be an input as well. Take it out of one of them.",
        "{target} 是目标列，不能同时被丢弃或作为输入。请从其中一处删去。",
    ),
    "spec.grid_rate": Text(
        "A learning rate is a number above 0, or a range such as 1e-5..1; found {found}.",
        "学习率应为大于 0 的数，或 1e-5..1 这样的范围；现在是 {found}。",
    ),
    "spec.grid_range": Text(
        "A range of rates goes from the lower to the higher; found {low}..{high}.",
        "学习率范围应从小到大；现在是 {low}..{high}。",
    ),
    "spec.grid_points": Text(
        "A range has at least 2 values; found {found}.", "一个范围至少要取 2 个值；现在是 {found}。"
    ),
    "spec.grid_widths": Text(
        "A sweep's networks are widths of at least 1, parted by commas: 4,8,16 is three networks of one hidden layer, "
        "8x4 is one of two, none is a linear model; found {found}.",
        "扫描的网络用逗号分隔，宽度至少为 1：4,8,16 是三个单隐藏层网络，8x4 是一个两层网络，none 是线性模型；"
        "现在是 {found}。",
    ),
}
