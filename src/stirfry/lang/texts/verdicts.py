"""What is said about a finished run: what was seen, why it matters, what to do."""

from __future__ import annotations

from stirfry.lang.text import Text

_TOO_LOW_WHY = Text(
    "Each step is so small that the epochs are over before the network gets to where it could.",
    "每一步都太小，还没走到该到的地方，训练轮数就用完了。",
)
_TOO_LOW_DO = Text("Raise the rate to about {rate:g}.", "把学习率提高到 {rate:g} 左右。")
_TOO_HIGH_WHY = Text(
    "Steps that are too large jump over the minimum, or throw the weights to where nothing can be learned.",
    "步子太大会越过最低点，甚至把权重甩到再也学不动的地方。",
)
_TOO_HIGH_DO = Text("Lower the rate to about {rate:g}.", "把学习率降到 {rate:g} 左右。")
_OVERFITTING_WHY = Text(
    "The network learns its own {things:rows|images} by heart, and gets worse at {things:rows|images} that it has never seen.",
    "网络在死记训练{things:行|图像}，对没见过的{things:行|图像}反而越来越差。",
)
_PLATEAU_WHY = Text(
    "The network answers the same for every {things:row|image}: it has learned nothing yet.",
    "网络对每一{things:行|张图像}的回答都一样：还什么都没学到。",
)
_PLATEAU_DO = Text(
    "Try another rate or initialisation, fewer layers, and look whether the inputs are scaled.",
    "换一个学习率或初始化方式，减少层数，并检查输入是否做了缩放。",
)

TEXTS: dict[str, Text] = {
    "verdicts.sure": Text("(the cause: {share:.0%} likely)", "（是主因的可能性为 {share:.0%}）"),
    "verdicts.try": Text("Try: {command}", "试试：{command}"),
    "verdicts.healthy": Text(
        "A healthy run: {part:@judge.part} {metric:@judge} {value:.4f}, against {baseline:z.4f} for a constant answer; "
        "nothing in its curves, gradients or units speaks against it.",
        "训练正常：{part:@judge.part}部分的{metric:@judge}为 {value:.4f}（始终给出同一答案时为 {baseline:z.4f}），"
        "曲线、梯度和各个单元都没有异常。",
    ),
    "verdicts.healthy_unscored": Text(
        "Nothing in this run's curves, gradients or units speaks against it. How good it is can't be told: the "
        "{part:@judge.part} part has {rows:row|rows} and no two different targets.",
        "曲线、梯度和各个单元都没有异常。但{part:@judge.part}部分只有 {rows:,} {things:行|张图像}，没有两个不同的目标值，无法判断好坏。",
    ),
    "verdicts.overfitting": Text(
        "Overfitting since epoch {epoch:,}: from there to epoch {epochs:,} the {part:@judge.part} loss rose from {low:.4g} "
        "to {last:.4g}, while the training loss fell from {before:.4g} to {after:.4g}.",
        "从第 {epoch:,} 轮起过拟合：到第 {epochs:,} 轮，{part:@judge.part}损失从 {low:.4g} 升到 {last:.4g}，"
        "而训练损失从 {before:.4g} 降到 {after:.4g}。",
    ),
    "verdicts.overfitting.why": _OVERFITTING_WHY,
    "verdicts.overfitting.do": Text(
        "Stop near epoch {epoch:,}, or use more {things:rows|images}, dropout, weight decay or a smaller network.",
        "在第 {epoch:,} 轮附近停止；或者增加数据、使用 dropout 或权重衰减、缩小网络。",
    ),
    "verdicts.overfitting_kept": Text(
        "From epoch {epoch:,} to {epochs:,} the {part:@judge.part} loss rose from {low:.4g} to {last:.4g}, while the training "
        "loss fell from {before:.4g} to {after:.4g}. The best weights were kept, so only time was lost.",
        "从第 {epoch:,} 轮到第 {epochs:,} 轮，{part:@judge.part}损失从 {low:.4g} 升到 {last:.4g}，而训练损失从 {before:.4g} "
        "降到 {after:.4g}。保留的是最好的权重，所以只是浪费了时间。",
    ),
    "verdicts.overfitting_kept.why": _OVERFITTING_WHY,
    "verdicts.overfitting_kept.do": Text(
        "Stop near epoch {epoch:,}; patience does so by itself.",
        "在第 {epoch:,} 轮附近停止；设置耐心轮数就会自动停止。",
    ),
    "verdicts.overfitting_gap": Text(
        "Overfitting: {metric:@judge} is {train:.4g} on the training {things:rows|images} and {value:.4g} on the "
        "{part:@judge.part} {things:rows|images} (95%: {low:.4g} to {high:.4g}). Without a validation part nobody can say since which epoch.",
        "过拟合：训练{things:行|图像}上的{metric:@judge}为 {train:.4g}，{part:@judge.part}{things:行|图像}上为 {value:.4g}"
        "（95% 区间 {low:.4g} 到 {high:.4g}）。没有验证部分，无法说出从哪一轮开始。",
    ),
    "verdicts.overfitting_gap.why": _OVERFITTING_WHY,
    "verdicts.overfitting_gap.do": Text(
        "Keep a validation part and stop when its loss no longer falls; or use a smaller network.",
        "留出验证部分，在其损失不再下降时停止；或者缩小网络。",
    ),
    "verdicts.underfitting": Text(
        "Underfitting: on its own training {things:rows|images} the network has {metric:@judge} {train:.4g}, where a plain kernel "
        "regression reaches {reference:.4g} on {rows:row|rows} that it was not shown.",
        "欠拟合：网络在自己的训练{things:行|图像}上{metric:@judge}只有 {train:.4g}，而简单的核回归在 {rows:,} {things:行|张}"
        "没见过的{things:数据|图像}上就有 {reference:.4g}。",
    ),
    "verdicts.underfitting.why": Text(
        "The {things:rows|images} hold more than the network can take up: it is too small, or held back too much.",
        "数据里的信息比网络能学到的多：网络太小，或者约束太强。",
    ),
    "verdicts.underfitting.do": Text(
        "Give it more units or layers, less dropout, or less weight decay.",
        "增加单元或层数，减少 dropout 或权重衰减。",
    ),
    "verdicts.still_improving": Text(
        "Still improving when it stopped: the {part:@judge.part} loss fell from {before:.4g} in epoch {then:,} to {last:.4g} "
        "in epoch {epochs:,}, the last one.",
        "停下时仍在进步：{part:@judge.part}损失从第 {then:,} 轮的 {before:.4g} 降到最后一轮（第 {epochs:,} 轮）的 {last:.4g}。",
    ),
    "verdicts.still_improving.why": Text(
        "The best weights were still to come when the epochs were used up.",
        "轮数用完时，最好的权重还没有到来。",
    ),
    "verdicts.still_improving.do": Text(
        "Train for more epochs; patience stops the run when it is done.",
        "增加训练轮数；学完之后，耐心轮数会让训练停下。",
    ),
    "verdicts.rate_too_low": Text(
        "The learning rate {lr:g} looks too low: a step moves the weights by {move:.2g} of their size (0.001 to 0.01 is "
        "usual), and in {epochs:epoch|epochs} the training loss went from {first:.4g} only to {last:.4g}.",
        "学习率 {lr:g} 看来过低：一步只让权重移动其大小的 {move:.2g} 倍（通常为 0.001 到 0.01），{epochs:,} 轮里训练损失只从 "
        "{first:.4g} 变到 {last:.4g}。",
    ),
    "verdicts.rate_too_low.why": _TOO_LOW_WHY,
    "verdicts.rate_too_low.do": Text(
        "Raise the rate: by the size of its steps to about {rate:g}. A sweep finds the best one.",
        "提高学习率：按步子大小估计，约为 {rate:g}。用扫描可以找到最好的学习率。",
    ),
    "verdicts.rate_too_low_tried": Text(
        "The learning rate {lr:g} is too low: in a trial of {epochs:epoch|epochs} at {rate:g} the loss got to {trial:.4g}, "
        "at {lr:g} in as many to {loss:.4g}.",
        "学习率 {lr:g} 过低：用 {rate:g} 试训 {epochs:,} 轮，损失达到 {trial:.4g}；用 {lr:g} 训练同样的轮数只到 {loss:.4g}。",
    ),
    "verdicts.rate_too_low_tried.why": _TOO_LOW_WHY,
    "verdicts.rate_too_low_tried.do": _TOO_LOW_DO,
    "verdicts.rate_too_high": Text(
        "The learning rate {lr:g} looks too high: a step moves the weights by {move:.2g} of their size (0.001 to 0.01 is "
        "usual), and the training loss ended at {last:.4g}, where a constant answer has {constant:.4g}.",
        "学习率 {lr:g} 看来过高：一步就让权重移动其大小的 {move:.2g} 倍（通常为 0.001 到 0.01），训练损失最后是 {last:.4g}，"
        "而始终给出同一答案的损失是 {constant:.4g}。",
    ),
    "verdicts.rate_too_high.why": _TOO_HIGH_WHY,
    "verdicts.rate_too_high.do": Text(
        "Lower the rate: by the size of its steps to about {rate:g}. A sweep finds the best one.",
        "降低学习率：按步子大小估计，约为 {rate:g}。用扫描可以找到最好的学习率。",
    ),
    "verdicts.rate_too_high_tried": Text(
        "The learning rate {lr:g} is too high: in a trial of {epochs:epoch|epochs} at {rate:g} the loss got to {trial:.4g}, "
        "at {lr:g} in as many to {loss:.4g}.",
        "学习率 {lr:g} 过高：用 {rate:g} 试训 {epochs:,} 轮，损失达到 {trial:.4g}；用 {lr:g} 训练同样的轮数只到 {loss:.4g}。",
    ),
    "verdicts.rate_too_high_tried.why": _TOO_HIGH_WHY,
    "verdicts.rate_too_high_tried.do": _TOO_HIGH_DO,
    "verdicts.diverged": Text(
        "The learning rate {lr:g} is too high: the loss became {loss} in epoch {epoch:,}.",
        "学习率 {lr:g} 过高：第 {epoch:,} 轮时损失变成了 {loss}。",
    ),
    "verdicts.diverged.why": Text(
        "The weights have grown past what float32 can hold.", "权重已超出 float32 的范围。"
    ),
    "verdicts.diverged.do": _TOO_HIGH_DO,
    "verdicts.dead_units": Text(
        "Dead ReLUs: {share:.0%} of the {units:unit|units} in layer {layer} give 0 for every {things:row|image}.",
        "ReLU 失活：第 {layer} 层的 {units:,} 个单元中有 {share:.0%} 对每一{things:行|张图像}都输出 0。",
    ),
    "verdicts.dead_units.why": Text(
        "A unit that is always 0 gets no gradient, so it never comes back, and nothing before it learns through it.",
        "始终为 0 的单元得不到梯度，再也恢复不了，它前面的层也无法通过它学习。",
    ),
    "verdicts.dead_units.do": Text(
        "Use LeakyReLU, lower the rate if it is high, and look at scaling and initial weights.",
        "改用 LeakyReLU；学习率偏高时把它降低，并检查缩放和初始权重。",
    ),
    "verdicts.saturated_units": Text(
        "Saturated {kind}: {share:.0%} of the outputs of layer {layer} are within 1% of their ends.",
        "{kind} 饱和：第 {layer} 层的输出有 {share:.0%} 落在两端 1% 以内。",
    ),
    "verdicts.saturated_units.why": Text(
        "At its ends the function is flat, and hardly any gradient comes through.",
        "函数在两端是平的，梯度几乎传不过去。",
    ),
    "verdicts.saturated_units.do": Text(
        "Scale the inputs, start from smaller weights, or use ReLU.",
        "对输入做缩放，用更小的初始权重，或改用 ReLU。",
    ),
    "verdicts.vanishing_gradients": Text(
        "Vanishing gradients: in layer {first} a weight's gradient is {ratio:.2g} times that in layer {last}, and the loss "
        "hardly fell.",
        "梯度消失：第 {first} 层权重的梯度只有第 {last} 层的 {ratio:.2g} 倍，损失几乎没有下降。",
    ),
    "verdicts.vanishing_gradients.why": Text(
        "Each of the {layers:layer|layers} with weights shrinks the gradient on its way back; the first ones stay as they "
        "were drawn.",
        "共有 {layers:,} 个带权重的层，梯度往回传时每经过一层都会缩小，最前面的几层一直停在随机的初始值上。",
    ),
    "verdicts.vanishing_gradients.do": Text(
        "Use ReLU in place of sigmoid or tanh, fewer layers, or He initialisation.",
        "用 ReLU 代替 sigmoid 或 tanh，减少层数，或使用 He 初始化。",
    ),
    "verdicts.exploding_gradients": Text(
        "Exploding gradients: a change of the weights by 1% would change the loss by {pull:.0f}%.",
        "梯度爆炸：权重变化 1%，损失就会变化 {pull:.0f}%。",
    ),
    "verdicts.exploding_gradients.why": Text(
        "The gradient grows on its way back through {layers:layer|layers} with weights, and no rate suits them all.",
        "梯度往回穿过 {layers:,} 个带权重的层时越来越大，没有哪个学习率适合所有的层。",
    ),
    "verdicts.exploding_gradients.do": Text(
        "Clip the gradients, start from smaller weights, and scale inputs and target.",
        "裁剪梯度，使用更小的初始权重，并对输入和目标做缩放。",
    ),
    "verdicts.no_better": Text(
        "No better than the baseline beyond chance: {part:@judge.part} {metric:@judge} {value:.4f} (95%: {low:.4f} to "
        "{high:.4f}, {rows:row|rows}), where a constant answer has {baseline:.4f}.",
        "并不明显好于基线：{part:@judge.part}部分的{metric:@judge}为 {value:.4f}（95% 区间 {low:.4f} 到 {high:.4f}，"
        "{rows:,} {things:行|张图像}），而始终给出同一答案时为 {baseline:.4f}。",
    ),
    "verdicts.no_better.why": Text(
        "The inputs may say nothing about the target, the labels may be in another order than the {things:rows|images}, or there "
        "are too few {things:rows|images} to see a difference.",
        "可能输入与目标无关，可能标签与{things:行|图像}的顺序错位，也可能{things:行数|图像}太少、看不出差别。",
    ),
    "verdicts.no_better.do": Text(
        "Look at the data before the network: {things:columns|images}, labels, and how they belong together.",
        "先看数据，再看网络：{things:各列|图像}、标签，以及它们是否对应。",
    ),
    "verdicts.no_better_of_mean": Text(
        "No better than a constant answer: {part:@judge.part} {metric:@judge} {value:.4f} (95%: {low:.4f} to {high:.4f}, "
        "{rows:row|rows}). Below 0, always saying the mean of these very rows comes nearer. The training part's mean has "
        "{baseline:.4f}, so the target has moved since.",
        "不比固定答案好：{part:@judge.part}部分的{metric:@judge}为 {value:.4f}（95% 区间 {low:.4f} 到 {high:.4f}，{rows:,} 行）。"
        "低于 0，说明始终回答这些行自己的平均值还更接近。训练部分的平均值得到 {baseline:.4f}，可见目标的水平已经变了。",
    ),
    "verdicts.no_better_of_mean.why": Text(
        "The target lies elsewhere in these rows than in training, as it does where it drifts with time, and the network goes "
        "only part of the way with it.",
        "这些行的目标值与训练部分不在同一水平，随时间漂移时就会这样；网络只跟上了一部分。",
    ),
    "verdicts.no_better_of_mean.do": Text(
        "Predict what stays at its level, such as the change since the last row, or add columns that tell where the target is.",
        "请预测水平不变的量（例如与上一行之差），或加入能说明目标当前水平的列。",
    ),
    "verdicts.plateau": Text(
        "Stuck on a plateau: the training loss stayed at {last:.4g}, where a constant answer has {constant:.4g} (the "
        "logarithm of {classes:class|classes} is {log:.4g}).",
        "停在平台上：训练损失一直在 {last:.4g}，而始终给出同一答案的损失是 {constant:.4g}（{classes:,} 个类别的对数为 {log:.4g}）。",
    ),
    "verdicts.plateau.why": _PLATEAU_WHY,
    "verdicts.plateau.do": _PLATEAU_DO,
    "verdicts.plateau_of_mean": Text(
        "Stuck on a plateau: the training loss stayed at {last:.4g}, where always saying the mean has {constant:.4g}.",
        "停在平台上：训练损失一直在 {last:.4g}，而始终回答平均值的损失是 {constant:.4g}。",
    ),
    "verdicts.plateau_of_mean.why": _PLATEAU_WHY,
    "verdicts.plateau_of_mean.do": _PLATEAU_DO,
    "verdicts.batch_too_large": Text(
        "The batch is too large for the {things:rows|images}: {batch:row|rows} of {rows:,} in a step make {per_epoch:step|steps} an epoch, "
        "and after {steps:step|steps} in all the loss was still falling.",
        "批太大：共 {rows:,} {things:行|张图像}，每步用 {batch:,} {things:行|张}，一轮只有 {per_epoch:,} 步；总共 {steps:,} 步之后损失仍在下降。",
    ),
    "verdicts.batch_too_large.why": Text(
        "What counts is how many steps are taken; smaller batches take more of them in the same time.",
        "起作用的是步数；批小一些，同样的时间里能走更多步。",
    ),
    "verdicts.batch_too_large.do": Text(
        "Use batches of about {smaller:row|rows}.", "把批大小设为 {smaller:,} {things:行|张}左右。"
    ),
    "verdicts.parts_disagree": Text(
        "Validation and test disagree: {metric:@judge} {validation:.4g} on {validation_rows:row|rows} against {test:.4g} on "
        "{test_rows:row|rows}, {errors:.1f} standard errors apart.",
        "验证与测试不一致：{validation_rows:,} {things:行验证数据|张验证图像}上{metric:@judge}为 {validation:.4g}，{test_rows:,} "
        "{things:行测试数据|张测试图像}上为 "
        "{test:.4g}，相差 {errors:.1f} 个标准误。",
    ),
    "verdicts.parts_disagree.why": Text(
        "Chance hardly puts two parts of the same data so far apart: they come from different places or times, or "
        "{things:rows|images} of one are in the training part as well.",
        "同一批数据的两部分很少会偶然相差这么多：它们可能来自不同的地方或时间，也可能其中一部分的{things:行|图像}也在训练部分里。",
    ),
    "verdicts.parts_disagree.do": Text(
        "Look at how the parts were made; cross-validation shows how far scores move.",
        "检查各部分是怎样划分的；交叉验证可以看出分数的波动。",
    ),
    "verdicts.seed_noise": Text(
        "Within seed noise: {part:@judge.part} {metric:@judge} is {value:.4g} here and {other:.4g} in {run}; seeds alone "
        "move it by ±{sd:.2g} (over {seeds}).",
        "差别在种子噪声之内：{part:@judge.part}部分的{metric:@judge}这里是 {value:.4g}，{run} 中是 {other:.4g}；"
        "光是换种子就会波动 ±{sd:.2g}（{seeds} 个种子）。",
    ),
    "verdicts.seed_noise.why": Text(
        "A difference of this size says nothing about which of the two runs is better.",
        "这么小的差别说明不了两次训练孰优孰劣。",
    ),
    "verdicts.seed_noise.do": Text("Compare means over more seeds.", "用更多种子的均值来比较。"),
}
