"""What is said about a user's own network and loss."""

from __future__ import annotations

from stirfry.lang.text import Text

TEXTS: dict[str, Text] = {
    "engine.not_a_module": Text(
        "A network is an nn.Module class, a module, or a function without arguments that returns one; found {type}.",
        "网络可以是 nn.Module 类、一个模块，或返回模块的无参函数；现在是 {type}。",
    ),
    "engine.not_a_loss": Text(
        "A loss is a name, a function of outputs and targets, or an nn.Module; found {type}.",
        "损失可以是名称、以输出和目标为参数的函数，或 nn.Module；现在是 {type}。",
    ),
    "engine.module_arguments": Text(
        "{name} is made without arguments, but it needs {arguments}. Pass functools.partial({name}, …) with them, or a "
        "module that is made already.",
        "{name} 会被无参调用，但它需要参数 {arguments}。请用 functools.partial({name}, …) 给出这些参数，或直接传入已创建的模块。",
    ),
    "engine.module_form": Text(
        "A class in a file is written path/file.py:Name; found {found}.",
        "文件中的类写作 path/file.py:Name；现在是 {found}。",
    ),
    "engine.module_no_file": Text(
        "There is no file {path}. Write path/file.py:Name.", "没有文件 {path}。请写成 path/file.py:Name。"
    ),
    "engine.module_no_name": Text(
        "{path} has no `{name}`. It has: {known}.", "{path} 中没有 `{name}`。其中有：{known}。"
    ),
    "engine.module_no_name_near": Text(
        "{path} has no `{name}`. Did you mean {near}?", "{path} 中没有 `{name}`。是不是想写 {near}？"
    ),
    "engine.module_file_fails": Text(
        "{path} can't be run: {reason}. Run it with Python by itself to see where.",
        "无法运行 {path}：{reason}。请单独用 Python 运行它，查看出错的位置。",
    ),
    "engine.module_not_made": Text(
        "{name} can't be made: {reason}. Mend it, or pass a module that is made already.",
        "无法创建 {name}：{reason}。请修正，或直接传入已创建的模块。",
    ),
    "engine.not_a_chain": Text(
        "your network is not a plain chain of layers that the native engine has",
        "您的网络不是由原生引擎支持的层组成的简单链",
    ),
    "engine.own_loss": Text(
        "the loss is your own, and PyTorch computes it", "损失函数是您自己的，由 PyTorch 计算"
    ),
    "engine.no_parameters": Text(
        "{name} has no parameters, so there is nothing to train. Layers must be attributes of the module, or stand in "
        "an nn.ModuleList; those in a plain list aren't found.",
        "{name} 没有参数，无法训练。各层必须是模块的属性，或放在 nn.ModuleList 中；放在普通列表里的层不会被找到。",
    ),
    "engine.all_frozen": Text(
        "every parameter is frozen ({names}), so there is nothing to train. Leave requires_grad of some of them True.",
        "所有参数都被冻结（{names}），无法训练。请至少让一部分参数的 requires_grad 保持 True。",
    ),
    "engine.frozen": Text(
        "Not trained, as requires_grad is False: {names}.",
        "以下参数的 requires_grad 为 False，不参与训练：{names}。",
    ),
    "engine.own_device": Text(
        "`{name}` is made on the device {device}. Make it without device= and .to(): stirfry moves the whole module to "
        "the device that --device names.",
        "`{name}` 创建在设备 {device} 上。创建时请不要使用 device= 或 .to()：stirfry 会把整个模块移到 --device 指定的设备。",
    ),
    "engine.own_precision": Text(
        "`{name}` is {type}, and training is in float32. Take away .double(), .half() or dtype=.",
        "`{name}` 的类型是 {type}，而训练使用 float32。请去掉 .double()、.half() 或 dtype=。",
    ),
    "engine.lazy_layers": Text(
        "lazy layers ({names}) get their sizes and weights at the first batch, after the optimizer. Write their sizes, "
        "such as nn.Linear(16, 3).",
        "惰性层（{names}）的大小和权重要到第一批数据时才确定，那时优化器已经建好。请写明大小，例如 nn.Linear(16, 3)。",
    ),
    "engine.extra_state": Text(
        "the module's state_dict holds {names}, which are no tensors, and a model file holds nothing else. Keep them as "
        "buffers, or take get_extra_state away.",
        "模块的 state_dict 中有 {names}，它们不是张量，而模型文件只能保存张量。请改用 buffer，或去掉 get_extra_state。",
    ),
    "engine.plain_tensor": Text(
        "`{name}` is a plain tensor, which stays on the processor when the module goes to another device. Write "
        'self.register_buffer("{key}", …) for it, or train with --device cpu.',
        '`{name}` 是普通张量，模块移到其他设备时它会留在处理器上。请改用 self.register_buffer("{key}", …)，'
        "或用 --device cpu 训练。",
    ),
    "engine.second_device": Text(
        "`forward` uses a second device: {line}. Take away .cuda(), .to(…) and device=; for new tensors write "
        "device=x.device.",
        "`forward` 用到了另一个设备：{line}。请去掉 .cuda()、.to(…) 和 device=；新建张量时写 device=x.device。",
    ),
    "engine.outputs_device": Text(
        "the outputs are on the device {device}, and the inputs were on the processor. Take away .cuda(), .to(…) and "
        "device= in `forward`.",
        "输出在设备 {device} 上，而输入在处理器上。请去掉 `forward` 中的 .cuda()、.to(…) 和 device=。",
    ),
    "engine.wants_whole": Text(
        "`{name}` ({kind}) looks up whole numbers, but floats come in. Give the data as whole numbers (int64), and "
        "leave them as they are in `forward`.",
        "`{name}`（{kind}）按整数查表，而输入是浮点数。请以整数（int64）给出数据，并且不要在 `forward` 中改变其类型。",
    ),
    "engine.wants_floats": Text(
        "`{name}` ({kind}) computes with floats, but {type} comes in. Write x.float() before it in `forward`.",
        "`{name}`（{kind}）用浮点数计算，而输入的类型是 {type}。请在 `forward` 中先写 x.float()。",
    ),
    "engine.layer_size": Text(
        "`{name}` ({kind}) wants {argument}={wanted}, but a row of {shape} comes in. Write {argument}={found} for "
        "`{name}`, or change what comes before it.",
        "`{name}`（{kind}）要求 {argument}={wanted}，而输入的每行为 {shape}。请把 `{name}` 的 {argument} 改为 {found}，"
        "或修改它前面的部分。",
    ),
    "engine.linear_wants_flat": Text(
        "`{name}` ({kind}) wants {argument}={wanted}, but a row of {shape} comes in, its last axis {found}. All its "
        "numbers together are {wanted}: write x = x.flatten(1) before `{name}`.",
        "`{name}`（{kind}）要求 {argument}={wanted}，而输入的每行为 {shape}，最后一维是 {found}。全部数值合起来正好 {wanted} 个："
        "请在 `{name}` 之前写 x = x.flatten(1)。",
    ),
    "engine.layer_axes": Text(
        "`{name}` ({kind}) wants rows of {wanted}, but {shape} comes in. Give data of that shape, or reshape them "
        "before `{name}`.",
        "`{name}`（{kind}）要求每行为 {wanted}，而输入为 {shape}。请给出这种形状的数据，或在 `{name}` 之前改变形状。",
    ),
    "engine.embedding_small": Text(
        "`{name}` has {size} rows, for the numbers 0 to {last}, and a number outside of them comes in. Write a larger "
        "num_embeddings, or count the data from 0.",
        "`{name}` 有 {size} 行，对应数字 0 到 {last}，而输入中有超出范围的数字。请增大 num_embeddings，或让数据从 0 开始编号。",
    ),
    "engine.forward_arguments": Text(
        "`{name}` takes other inputs than the data have: forward() {reason}. Give as many inputs as `forward` has "
        "arguments: (X, y) with X a tuple or a dict of arrays.",
        "`{name}` 的输入与数据不符：forward() {reason}。数据的输入个数应与 `forward` 的参数一致：(X, y)，其中 X 是数组的元组或字典。",
    ),
    "engine.layer_fails": Text(
        "`{name}` ({kind}) can't take rows of {shape}: {reason}. Change `{name}`, or what comes before it.",
        "`{name}`（{kind}）无法处理形状为 {shape} 的行：{reason}。请修改 `{name}` 或它前面的部分。",
    ),
    "engine.forward_fails_at": Text(
        "`forward` fails on the first batch, at {line}: {reason}. Change that line, or the shape of the data.",
        "`forward` 在第一批数据上出错，位置是 {line}：{reason}。请修改这一行，或改变数据的形状。",
    ),
    "engine.forward_fails": Text(
        "`forward` fails on the first batch: {reason}. Change it, or the shape of the data.",
        "`forward` 在第一批数据上出错：{reason}。请修改它，或改变数据的形状。",
    ),
    "engine.not_a_tensor": Text(
        "`forward` returns a {type}, and the loss wants one tensor of shape (N, K). Return that one alone, such as "
        "`return outputs` in place of `return outputs, hidden`.",
        "`forward` 返回的是 {type}，而损失需要一个形状为 (N, K) 的张量。请只返回它，例如把 `return outputs, hidden` 改为 "
        "`return outputs`。",
    ),
    "engine.rows_lost": Text(
        "{rows} rows went in, and {shape} came out: the first axis of the outputs must be the rows. Where a recurrent "
        "layer takes time first, write batch_first=True; where `forward` reshapes, write x.flatten(1).",
        "输入 {rows} 行，输出却是 {shape}：输出的第一维必须是行。如果循环层以时间为第一维，请写 batch_first=True；"
        "如果 `forward` 改变了形状，请写 x.flatten(1)。",
    ),
    "engine.outputs_not_flat": Text(
        "the outputs of a row are {shape}, and the loss wants one axis. Take the last step of a sequence (x[:, -1]), or "
        "write x.flatten(1) and a Linear layer of {flat} inputs after it.",
        "每行的输出是 {shape}，而损失只要一维。请取序列的最后一步（x[:, -1]），或写 x.flatten(1)，再接一个输入为 {flat} 的 Linear 层。",
    ),
    "engine.outputs_type": Text(
        "the outputs are {type}, and the loss wants float32. Return numbers as the last layer gives them, without "
        "argmax, round or a conversion.",
        "输出的类型是 {type}，而损失需要 float32。请直接返回最后一层的数值，不要使用 argmax、round 或类型转换。",
    ),
    "engine.outputs_not_finite": Text(
        "{wrong} of the first {outputs} outputs are not finite, before anything was learned. Look for a division by 0, "
        "a logarithm of 0, or weights that are never set (torch.empty).",
        "还没有开始学习，最初的 {outputs} 个输出中就有 {wrong} 个不是有限数。请检查是否除以了 0、对 0 取对数，"
        "或有权重从未赋值（torch.empty）。",
    ),
    "engine.rows_mixed": Text(
        "the outputs of a row change with the rows beside it, in prediction mode. Look for an operation over the first "
        "axis: softmax(dim=0), mean(0), or a normalisation over the batch.",
        "在预测模式下，一行的输出会随其他行而变。请检查是否有沿第一维的运算：softmax(dim=0)、mean(0)，或按批归一化。",
    ),
    "engine.rows_mixed_in_time": Text(
        "the outputs of a row change with the rows beside it: `{name}` takes the first axis for time. Write "
        "batch_first=True for `{name}`.",
        "一行的输出会随其他行而变：`{name}` 把第一维当作时间。请为 `{name}` 写上 batch_first=True。",
    ),
    "engine.applied_twice": Text(
        "the outputs go through {function} ({where}), and {loss} applies its own to them again. Take that {function} "
        "away: prediction applies it.",
        "输出经过了 {function}（{where}），而 {loss} 自己还会再做一次。请去掉这个 {function}：预测时会自动应用。",
    ),
    "engine.log_softmax_twice": Text(
        "the outputs go through {function} ({where}), and {loss} applies it again. Take it away, or pass "
        "loss=torch.nn.NLLLoss.",
        "输出经过了 {function}（{where}），而 {loss} 自己还会再做一次。请去掉它，或传入 loss=torch.nn.NLLLoss。",
    ),
    "engine.outputs_classes": Text(
        "{outputs:output|outputs} for {classes} classes: {loss} wants {wanted}. Give the last layer {wanted}.",
        "{classes} 个类别，输出却有 {outputs:,} 个：{loss} 需要 {wanted} 个。请把最后一层的输出改为 {wanted}。",
    ),
    "engine.outputs_two": Text(
        "{outputs} outputs for {classes} classes, and {loss} wants {wanted}. Use the loss cross_entropy, or give the last "
        "layer {wanted} output.",
        "{classes} 个类别有 {outputs} 个输出，而 {loss} 需要 {wanted} 个。请使用损失 cross_entropy，或把最后一层的输出改为 {wanted} 个。",
    ),
    "engine.outputs_regression": Text(
        "{outputs:output|outputs} for one number: a regression wants {wanted}. Give the last layer {wanted}.",
        "要预测一个数，输出却有 {outputs:,} 个：回归需要 {wanted} 个。请把最后一层的输出改为 {wanted}。",
    ),
    "engine.axis_added": Text(
        "The outputs have the shape (N,); they are taken as (N, 1), beside targets of (N, 1): {rows} by {rows} "
        "differences would have come out otherwise.",
        "输出的形状是 (N,)，已按 (N, 1) 处理，与目标的 (N, 1) 一致：否则会得到 {rows}×{rows} 个差值。",
    ),
    "engine.targets_one_hot": Text(
        "The loss can't take class numbers; it gets the labels as one-hot rows of {classes} floats.",
        "这个损失不能使用类别编号，已改用由 {classes} 个浮点数组成的独热标签。",
    ),
    "engine.loss_fails": Text(
        "your loss can't take the outputs and targets of this task: {reason}. It gets (outputs, targets): class numbers "
        "(N,) beside (N, K), or numbers (N, 1) beside (N, 1).",
        "您的损失无法处理这个任务的输出和目标：{reason}。它得到的是 (outputs, targets)：类别编号 (N,) 对应 (N, K)，"
        "或数值 (N, 1) 对应 (N, 1)。",
    ),
    "engine.loss_not_a_number": Text(
        "your loss gives {found}, and training wants one number. Write .mean() at its end (reduction='mean').",
        "您的损失给出的是 {found}，而训练需要一个数。请在末尾写 .mean()（reduction='mean'）。",
    ),
    "engine.loss_without_gradient": Text(
        "your loss gives a number without a gradient. Take away .item(), .detach(), argmax and NumPy in it.",
        "您的损失给出的数没有梯度。请去掉其中的 .item()、.detach()、argmax 和 NumPy。",
    ),
    "engine.outputs_detached": Text(
        "the outputs have no gradient, so nothing can be learned. Take away .detach(), torch.no_grad() and argmax in "
        "`forward`.",
        "输出没有梯度，无法学习。请去掉 `forward` 中的 .detach()、torch.no_grad() 和 argmax。",
    ),
    "engine.no_gradient": Text(
        "the loss doesn't depend on {names}, so they would never be trained. Use them in `forward`, take them away, or "
        "freeze them on purpose with requires_grad_(False).",
        "损失与 {names} 无关，它们永远得不到训练。请在 `forward` 中用到它们，或将其去掉，或用 requires_grad_(False) 明确冻结。",
    ),
    "spec.module_and_layers": Text(
        "A network of your own has its layers already; take away {names}, or `network`.",
        "自定义网络已经有自己的层；请去掉 {names}，或去掉 `network`。",
    ),
    "actions.not_with_own_loss": Text(
        "belongs to stirfry's own losses. Put it into your loss, or name one of stirfry's.",
        "只用于 stirfry 自带的损失。请把它写进您的损失，或使用 stirfry 的损失名称。",
    ),
    "actions.loss_parameters": Text(
        "your loss has parameters of its own ({names}), and only the network's are trained. Put them into the network, or "
        "keep them as buffers.",
        "您的损失有自己的参数（{names}），而只有网络的参数会被训练。请把它们放进网络，或改用 buffer。",
    ),
    "actions.resume_needs_module": Text(
        "The run in {path} trains {module}, which is never run unless you name it. Name it again: "
        "--module path/file.py:Name, or network= in Python.",
        "{path} 中的运行训练的是 {module}，只有您指明时才会执行它。请再次给出：--module path/file.py:Name，或在 Python 中用 network=。",
    ),
    "actions.resume_needs_loss": Text(
        "The run in {path} uses the loss {loss}, which is never run unless you name it. Name it again: "
        "--loss path/file.py:Name, or loss= in Python.",
        "{path} 中的运行使用损失 {loss}，只有您指明时才会执行它。请再次给出：--loss path/file.py:Name，或在 Python 中用 loss=。",
    ),
    "actions.resume_other_module": Text(
        "{module} is no longer what the run in {path} began with: its source has changed, so the losses could not go on "
        "as they would have. Put it back, or start a new run.",
        "{module} 已与 {path} 开始时不同：源代码有改动，无法按原来的过程继续。请恢复原样，或重新开始。",
    ),
    "actions.resume_without_module": Text(
        "The run in {path} has no network or loss of your own, and none can be added. Take it away.",
        "{path} 中的运行没有自定义的网络或损失，也不能添加。请将其去掉。",
    ),
    "model.needs_module": Text(
        "{path} holds the weights of {module}, which is never run unless you name it. Name it: --module "
        "path/file.py:Name, or stirfry.load(path, network=Name) in Python.",
        "{path} 中是 {module} 的权重，只有您指明时才会执行它。请给出：--module path/file.py:Name，或在 Python 中用 "
        "stirfry.load(path, network=Name)。",
    ),
    "model.module_differs": Text(
        "The source of {given} is no longer that of {module}, with which the model was trained; tensors' names and shapes "
        "still fit. Where `forward` has changed, the answers have too.",
        "{given} 的源代码已不是训练时的 {module}，但张量的名称和形状仍然一致。如果 `forward` 有改动，结果也会不同。",
    ),
    "model.module_tensors": Text(
        "{path} holds other tensors than {module} has: {names}. Give the class that it was trained with.",
        "{path} 中的张量与 {module} 的不同：{names}。请给出训练时使用的类。",
    ),
}
