"""What the report says about single answers: right and wrong, the worst mistakes, one row."""

from __future__ import annotations

from stirfry.lang.text import Text

TEXTS: dict[str, Text] = {
    # Right and wrong
    "report.lead_answers": Text(
        "Which classes are taken for which, and whether the probabilities can be believed.",
        "哪些类别被混淆，以及给出的概率是否可信。",
    ),
    "report.confusion": Text("Confusion matrix", "混淆矩阵"),
    "report.true_by_said": Text("true ↓  said →", "真实 ↓  预测 →"),
    "report.confusion_note": Text(
        "The {things:rows|images} by their true class, down, and the class that was said, across. The percentage is the share of the true "
        "class.",
        "按真实类别（纵向）和预测类别（横向）统计的{things:行|图像}数。百分比是占该真实类别的比例。",
    ),
    "report.confusions": Text("The commonest confusions", "最常见的混淆"),
    "report.confused_true": Text("true", "真实"),
    "report.confused_said": Text("said", "预测"),
    "report.confused_rows": Text("{things:rows|images}", "{things:行|图像}数"),
    "report.confused_share": Text("share of the class", "占该类别"),
    "report.roc": Text("ROC.", "ROC 曲线。"),
    "report.caption_roc": Text(
        "Up and to the left is better; the dashed line is guessing.", "越靠左上越好；虚线相当于随机猜测。"
    ),
    "report.pr": Text("Precision and recall.", "精确率与召回率。"),
    "report.caption_pr": Text(
        "Up and to the right is better; a dashed line is guessing.", "越靠右上越好；虚线相当于随机猜测。"
    ),
    "report.reliability": Text("Reliability.", "可靠性。"),
    "report.caption_reliability": Text(
        "On the dashed line, a class that was said with 80% is right 8 times in 10; below it, the network is too sure. "
        "On average it is off by {error}. The bars are 95% intervals.",
        "在虚线上，以 80% 的概率给出的类别，10 次中有 8 次正确；在虚线之下，说明网络过于自信。平均偏差为 {error}。"
        "竖条为 95% 区间。",
    ),
    "report.caption_reliability_binary": Text(
        "On the dashed line, of {things:rows|images} that were “{label}” with 80%, 8 in 10 are; below it, “{label}” is said too often. "
        "On average it is off by {error}. The bars are 95% intervals.",
        "在虚线上，被判定为“{label}”的概率是 80% 的{things:行|图像}，10 {things:行|张}中有 8 {things:行|张}确实如此；在虚线之下，说明“{label}”的概率给得过高。"
        "平均偏差为 {error}。竖条为 95% 区间。",
    ),
    "report.true_positives": Text("true positives", "真阳性率"),
    "report.false_positives": Text("false positives", "假阳性率"),
    "report.precision": Text("precision", "精确率"),
    "report.recall": Text("recall", "召回率"),
    "report.came_true": Text("came true", "实际比例"),
    "report.said_probability": Text("said with probability", "预测概率"),
    "report.area": Text("area {area}", "面积 {area}"),
    "report.average": Text("average {area}", "平均 {area}"),
    "report.worst_classes": Text(
        "Of {classes:class|classes}, the {shown} that are told apart worst have a curve.",
        "共 {classes:,} 个类别，只画出最难区分的 {shown} 个。",
    ),
    "report.lead_numbers": Text(
        "Half of the rows are off by less than {half}. On average the prediction is off by {bias}: far from 0, it would lean "
        "to one side.",
        "有一半的行误差小于 {half}。预测值平均偏差 {bias}；如果远离 0，说明预测偏向一侧。",
    ),
    "report.predicted_value": Text("predicted", "预测值"),
    "report.true_value": Text("true", "真实值"),
    "report.residual": Text("predicted − true", "预测值 − 真实值"),
    "report.caption_predicted": Text(
        "On the dashed line the prediction is right.", "落在虚线上，说明预测正确。"
    ),
    "report.caption_residuals": Text(
        "An even band is good. A bend or a funnel shows that something is left to learn.",
        "均匀的带状为佳；呈弯曲或漏斗形，说明还有规律没有学到。",
    ),
    # Mistakes
    "report.lead_mistakes": Text(
        "{wrong:wrong answer|wrong answers} for the {part} part's {rows}. The network was surest of the first.",
        "{part}部分的 {rows}中，答错的有 {wrong:,} {things:行|张}。排在最前的是网络最有把握却答错的。",
    ),
    "report.lead_mistakes_some": Text(
        "{wrong:wrong answer|wrong answers} for the {part} part's {rows}. These are the {shown} that the network was surest of.",
        "{part}部分的 {rows}中，答错的有 {wrong:,} {things:行|张}。下面是网络最有把握却答错的 {shown} {things:行|张}。",
    ),
    "report.lead_no_mistakes": Text(
        "None of the {part} part's {rows} is wrong. These came closest to it.",
        "{part}部分的 {rows}全部正确。下面这些最接近出错。",
    ),
    "report.lead_furthest": Text(
        "The {shown} of the {part} part's {rows} that are off by most.",
        "{part}部分的 {rows}中误差最大的 {shown} 行。",
    ),
    "report.row": Text("row", "行号"),
    "report.said": Text("said", "预测"),
    "report.truth": Text("true", "真实"),
    "report.given_truth": Text("given to the true one", "真实类别的概率"),
    "report.off_by": Text("off by", "误差"),
    "report.row_numbers": Text(
        "Rows are counted from 1 in the order of the data, those without a label left out.",
        "行号从 1 开始，按数据中的顺序计数，不含没有标签的行。",
    ),
    "report.said_but_is": Text("{said} ({share}), but it is {true}", "预测 {said}（{share}），其实是 {true}"),
    "report.said_and_is": Text("{said} ({share}), rightly", "预测 {said}（{share}），正确"),
    # One row
    "report.section_walk": Text("One answer, number by number", "一次预测的全部数字"),
    "report.lead_walk": Text(
        "{things:Row|Image} {row:,}, the first of those above, on its way through the network and back. stirfry explain shows "
        "any other {things:row|image}.",
        "上面第一{things:行|张图像}（第 {row:,} {things:行|张}）在网络中前向和反向经过的全部数字。"
        "用 stirfry explain 可以查看其他任何一{things:行|张}。",
    ),
    "report.walk_row": Text(
        "The {things:row|image}, and what the network gets of it",
        "这{things:一行|张图像}，以及网络得到的输入",
    ),
    "report.walk_forward": Text("Forward, layer by layer", "前向：逐层"),
    "report.walk_backward": Text("Backward: the gradients", "反向：梯度"),
    "report.walk_update": Text("The step that the optimizer would take", "优化器会走的一步"),
    # A few images
    "report.filters": Text("The filters of the first layer", "第一层的卷积核"),
    "report.units": Text(
        "The weights of the first layer: what each unit looks for", "第一层的权重：每个单元在寻找什么"
    ),
    "report.signed": Text(
        "Orange is above 0, blue below, and the stronger the further; one scale for all.",
        "橙色大于 0，蓝色小于 0，颜色越浓离 0 越远；所有图用同一尺度。",
    ),
    "report.first_shown": Text("The first {count} are shown.", "只显示前 {count} 个。"),
    "report.section_seen": Text("What it sees", "网络看到了什么"),
    "report.lead_seen": Text(
        "{images:image|images}, one answered rightly and the worst mistakes: what the network makes of them, and which pixels "
        "moved its answer. stirfry explain MODEL DATA --row N -o FOLDER draws any other image in the same way.",
        "{images} 张图像，一张是答对的，其余错得最严重：网络从中提取了什么，哪些像素影响了它的答案。"
        "用 stirfry explain 模型 数据 --row N -o 文件夹 可以同样画出其他任何一张图像。",
    ),
    "report.lead_seen_right": Text(
        "{images:image|images}, all answered rightly; all but the first came closest to a mistake. What the network makes of "
        "them, and which pixels moved its answer. stirfry explain MODEL DATA --row N -o FOLDER draws any other image in the "
        "same way.",
        "{images} 张图像，都答对了，除第一张外都是最接近出错的：网络从中提取了什么，哪些像素影响了它的答案。"
        "用 stirfry explain 模型 数据 --row N -o 文件夹 可以同样画出其他任何一张图像。",
    ),
    "report.image_number": Text("Image {number:,}", "第 {number:,} 张图像"),
    "report.image_itself": Text("the image", "图像"),
    "report.image_added": Text("what each pixel added", "各像素的贡献"),
    "report.image_both": Text("both", "两者叠加"),
    "report.moved_probability": Text(
        "From a black image to this one, the probability of {answer} goes from {start} to {end}.",
        "从全黑的图像到这张图像，{answer} 的概率从 {start} 变为 {end}。",
    ),
    "report.moved_output": Text(
        "From a black image to this one, the output for {answer} goes from {start} to {end}.",
        "从全黑的图像到这张图像，{answer} 的输出从 {start} 变为 {end}。",
    ),
    "report.maps": Text(
        "{name}: {count:map|maps}. Black is 0, and brighter is more.",
        "{name}：{count:,} 张特征图。黑色为 0，越亮越大。",
    ),
    "report.maps_signed": Text(
        "{name}: {count:map|maps}. Orange is above 0, blue below.",
        "{name}：{count:,} 张特征图。橙色大于 0，蓝色小于 0。",
    ),
    "report.how_moved": Text(
        "Orange pixels raised what is followed, blue ones lowered it (integrated gradients).",
        "橙色像素使上述数值上升，蓝色像素使其下降（积分梯度）。",
    ),
    "report.not_moved": Text(
        "Which pixels moved the answers would take too long to work out here for a network of this size; stirfry explain does "
        "it for one image.",
        "对这样大的网络，在这里算出是哪些像素影响了答案会花太长时间；可以用 stirfry explain 对单张图像计算。",
    ),
    "report.how_maps": Text(
        "A map shows where in the image its filter has found what it looks for; the maps of a layer share one scale.",
        "每张特征图显示卷积核在图像的哪些位置找到了它所寻找的东西；同一层的特征图用同一尺度。",
    ),
    "report.not_shifted": Text(
        "Its answers are means over slightly shifted copies of an image; what is shown here is the image as it is.",
        "网络的答案是对图像的多个轻微平移副本取平均得到的；这里显示的是图像本身。",
    ),
}
