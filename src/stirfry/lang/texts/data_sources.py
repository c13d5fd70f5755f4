"""What is said about sources of data."""

from __future__ import annotations

from stirfry.lang.text import Text

TEXTS: dict[str, Text] = {
    # Names and paths
    "source.not_found": Text(
        "{path} is neither a file or folder nor a data set with a name ({names}). Check the spelling and the folder.",
        "{path} 不是现有的文件或文件夹，也不是有名称的数据集（{names}）。请检查拼写和所在目录。",
    ),
    "source.not_found_near": Text(
        "{path} is neither a file or folder nor a data set with a name ({names}). Did you mean {near}?",
        "{path} 不是现有的文件或文件夹，也不是有名称的数据集（{names}）。是不是想写 {near}？",
    ),
    "source.too_many_columns": Text(
        "{name} has at most {most:column|columns}; {found} were asked for. Ask for fewer.",
        "{name} 最多 {most} 列，现在要求 {found} 列。请减少列数。",
    ),
    "source.none": Text(
        "No data were given. Give a file, a folder or an embedded data set ({names}).",
        "没有给出数据。请给出文件、文件夹或内置数据集（{names}）。",
    ),
    "source.unknown_kind": Text(
        "{path}: this kind of file can't be read. What can: {kinds}, a folder of images, a folder of IDX files. "
        "If it is a table in text, give it the suffix .csv.",
        "无法读取这种文件：{path}。可以读取的有：{kinds}、图像文件夹、IDX 文件夹。如果它是文本表格，请把扩展名改为 .csv。",
    ),
    "source.single_image": Text(
        "{path} is one image, and training needs many. Give a folder with one subfolder of images for each class.",
        "{path} 只是一张图像，训练需要许多张。请给出文件夹，其中每个类别各有一个图像子文件夹。",
    ),
    "source.single_idx": Text(
        "{path} is one file of an IDX set. Give the folder that holds the images and the labels: {folder}.",
        "{path} 只是 IDX 数据集中的一个文件。请给出同时含有图像和标签的文件夹：{folder}。",
    ),
    "source.no_rows": Text(
        "{name} has no rows or no columns. Give data with at least one of each.",
        "{name} 没有行或没有列。请给出至少一行一列的数据。",
    ),
    "source.missing_extra": Text(
        'Reading this needs the package {package}, which isn\'t installed. Add it: pip install "stirfry[{extra}]"',
        '读取此数据需要 {package}，但尚未安装。安装命令：pip install "stirfry[{extra}]"',
    ),
    "source.own_parts": Text(
        "The source has parts of its own: {train:,} training, {validation:,} validation and {test:,} test images.",
        "数据自带划分：训练 {train:,} 张，验证 {validation:,} 张，测试 {test:,} 张图像。",
    ),
    # Files
    "source.no_file": Text("{path}: there is no such file.", "{path}：没有这个文件。"),
    "source.no_permission": Text(
        "{path} may not be read: permission denied. Change its permissions or copy it elsewhere.",
        "无权读取 {path}。请修改权限，或把它复制到别处。",
    ),
    "source.is_a_folder": Text(
        "{path} is a folder where a file is wanted. Give a file in it.",
        "{path} 是文件夹，这里需要的是文件。请给出其中的某个文件。",
    ),
    "source.unreadable": Text("{path} can't be read: {reason}.", "无法读取 {path}：{reason}。"),
    "source.bad_gzip": Text(
        "{path} is a gzip file that is cut or damaged. Fetch it again.",
        "{path} 是 gzip 文件，但已截断或损坏。请重新获取。",
    ),
    # Text files
    "source.empty": Text(
        "{path} is empty. A table needs a line of column names and at least one row.",
        "{path} 是空文件。表格需要一行列名和至少一行数据。",
    ),
    "source.only_header": Text(
        "{path} has column names and no rows. Add the rows, or give another file.",
        "{path} 只有列名，没有数据。请补上数据行，或换一个文件。",
    ),
    "source.binary": Text(
        "{path} isn't text: line {line} holds a zero byte. Give a text file, or one with the suffix of what it is.",
        "{path} 不是文本文件：第 {line} 行含有零字节。请给出文本文件，或改用与内容相符的扩展名。",
    ),
    "source.bad_encoding": Text(
        "{path}, line {line}: the encoding is none of UTF-8, UTF-16 and GBK. Save the file as UTF-8.",
        "{path} 第 {line} 行：编码不是 UTF-8、UTF-16 或 GBK。请把文件另存为 UTF-8。",
    ),
    "source.gbk": Text("{path} isn't UTF-8 and was read as GBK.", "{path} 不是 UTF-8，已按 GBK 读取。"),
    "source.line_too_long": Text(
        "{path} has a line of more than {limit} MB, so it isn't a table of rows. Give another file.",
        "{path} 中有一行超过 {limit} MB，不像是按行存放的表格。请换一个文件。",
    ),
    "source.ragged": Text(
        "{path}, line {line}: {found:field|fields} where the first line has {expected}. "
        "Mend the line; a text that holds the separator needs quotes around it.",
        "{path} 第 {line} 行有 {found} 个字段，而首行有 {expected} 个。请改正该行；文本中若含分隔符，须用引号括起来。",
    ),
    "source.bad_quotes": Text(
        "{path}, line {line}: the quotes don't fit ({reason}). "
        "Close every quote, and double those that belong to the text.",
        "{path} 第 {line} 行的引号不匹配（{reason}）。请让引号成对，文本自身的引号要写两遍。",
    ),
    "source.no_header": Text(
        "The first line of {path} looks like data ({first}), so the columns are called column_1, column_2 and so on.",
        "{path} 的首行看起来是数据（{first}），各列因此命名为 column_1、column_2 等。",
    ),
    "source.unnamed_columns": Text(
        "Columns without a name were called {names}.",
        "没有名称的列已命名为 {names}。",
    ),
    "source.duplicate_columns": Text(
        "Column names must differ; more than one column is called {names}. Rename them.",
        "列名不能重复，但有不止一列叫 {names}。请改名。",
    ),
    # Columns
    "source.nested_column": Text(
        "Column {name} holds values of type {type}; a column holds numbers, texts, booleans or dates. "
        "Drop it or spread it over several columns.",
        "列 {name} 的类型是 {type}；列中只能是数字、文本、布尔值或日期。请去掉该列，或把它拆成多列。",
    ),
    "source.text_among_numbers": Text(
        "Column {name} is read as text: {count:value|values} among its numbers can't be read as one, "
        "the first in line {line}: {found}. If that is a slip, mend it; if it means missing, leave the cell empty.",
        "列 {name} 按文本读取：其中有 {count} 个值不是数字，首个在第 {line} 行：{found}。如系笔误请改正；如表示缺失，请留空。",
    ),
    "source.text_among_numbers_row": Text(
        "Column {name} is read as text: {count:value|values} among its numbers can't be read as one, "
        "the first in row {row}: {found}. If that is a slip, mend it; if it means missing, leave the cell empty.",
        "列 {name} 按文本读取：其中有 {count} 个值不是数字，首个在第 {row} 行数据：{found}。如系笔误请改正；如表示缺失，请留空。",
    ),
    "source.decimal_commas": Text(
        "Decimal commas were read as decimal points in {names}.",
        "{names} 中的小数逗号已按小数点读取。",
    ),
    "source.month_or_day_first": Text(
        "The dates of column {name} could be read month first or day first; they were read month first. "
        "Write them as 2020-12-31 to be sure.",
        "列 {name} 的日期既可能是“月/日”也可能是“日/月”，已按“月/日”读取。写成 2020-12-31 的形式即可避免歧义。",
    ),
    # Parquet, Excel, NumPy archives
    "source.bad_parquet": Text(
        "{path} can't be read as Parquet; it is cut, damaged or of another kind ({reason}). Write it again.",
        "{path} 无法按 Parquet 读取：文件已截断、损坏或属于其他类型（{reason}）。请重新生成。",
    ),
    "source.bad_excel": Text(
        "{path} can't be read as a workbook; it is cut, damaged, protected or of another kind ({reason}). "
        "Save it again, or save its sheet as CSV.",
        "{path} 无法按工作簿读取：文件已截断、损坏、受保护或属于其他类型（{reason}）。请重新保存，或把工作表另存为 CSV。",
    ),
    "source.first_sheet": Text(
        "The first sheet, {name}, was read; not read: {others}.",
        "读取的是第一个工作表 {name}；未读取：{others}。",
    ),
    "source.bad_npz": Text(
        "{path} can't be read as .npz; it is cut, damaged or of another kind ({reason}). "
        "Write it again with numpy.savez_compressed.",
        "{path} 无法按 .npz 读取：文件已截断、损坏或属于其他类型（{reason}）。请用 numpy.savez_compressed 重新生成。",
    ),
    "source.npz_objects": Text(
        "{path}: {name} holds Python objects, which could run code when read, so they are never unpickled. "
        "Save it as an array of numbers or texts.",
        "{path} 中的 {name} 含有 Python 对象。读取此类对象可能执行代码，因此一律不做反序列化。请把它存成数值或文本数组。",
    ),
    "source.npz_keys": Text(
        "{path} holds {found}, and features and target can't be told apart. Call them X and y, data and target, "
        "images and labels, or x_train, y_train, x_test, y_test.",
        "{path} 中有 {found}，分不清特征和目标。请命名为 X 和 y、data 和 target、images 和 labels，或 x_train、y_train、x_test、y_test。",
    ),
    # IDX
    "source.not_idx": Text(
        "{path} isn't an IDX file: its first four bytes aren't those of one. Fetch it again.",
        "{path} 不是 IDX 文件：开头四个字节不符。请重新获取。",
    ),
    "source.idx_cut": Text(
        "{path} is cut: its header declares {declared:,} bytes, and {found:,} are there. Fetch it again.",
        "{path} 不完整：文件头声明 {declared:,} 字节，实际只有 {found:,} 字节。请重新获取。",
    ),
    "source.idx_too_long": Text(
        "{path} goes on after the {declared:,} bytes that its header declares, so one of the two is wrong. Fetch it again.",
        "{path} 的内容超出了文件头声明的 {declared:,} 字节，二者必有一误。请重新获取。",
    ),
    "source.idx_missing": Text(
        "{path} lacks {missing} (or the same with .gz). Put it there.",
        "{path} 中缺少 {missing}（或同名 .gz 文件）。请把它放入该文件夹。",
    ),
    "source.idx_no_images": Text(
        "{path} holds numbers of shape {shape}; images have three axes: how many, height, width.",
        "{path} 中数据的形状是 {shape}；图像应有三个轴：张数、高、宽。",
    ),
    "source.idx_labels": Text(
        "{path} holds labels of shape {shape} for {images:image|images}; one label for each is needed. "
        "Use files that belong together.",
        "{path} 中标签的形状是 {shape}，而图像有 {images:,} 张；每张图像须有一个标签。请使用配套的文件。",
    ),
    "source.idx_one_part": Text(
        "Only the {part} files are there, so the {count:image|images} are split like any others.",
        "只有 {part} 文件，因此这 {count:,} 张图像按一般方式划分。",
    ),
    # Images
    "source.no_images": Text(
        "{path} has no subfolders with images ({loose:image lies|images lie} in the folder itself). "
        "A source of images is a folder with one subfolder for each class, such as pets/cat/1.png; "
        "or the same inside train and test. Suffixes: {suffixes}.",
        "{path} 中没有含图像的子文件夹（文件夹自身内有 {loose} 张图像）。"
        "图像数据应是一个文件夹，每个类别各有一个子文件夹，例如 pets/cat/1.png；也可以分别放在 train 和 test 之内。可用的扩展名：{suffixes}。",
    ),
    "source.bad_image": Text(
        "{path} can't be decoded; the image is cut, damaged or of another kind. Replace it or remove it.",
        "无法解码 {path}：图像已截断、损坏或属于其他类型。请替换或删除。",
    ),
    "source.image_too_large": Text(
        "{path} unpacks to more than {limit:,} pixels, which looks like a decompression bomb. Shrink it or remove it.",
        "{path} 解压后超过 {limit:,} 像素，疑似解压炸弹。请缩小或删除。",
    ),
    "source.images_too_many": Text(
        "Images of shape {shape} don't fit into memory. Give a smaller image_size, or fewer images.",
        "形状为 {shape} 的图像超出内存。请减小 image_size，或减少图像数量。",
    ),
    "source.images_differ": Text(
        "The parts hold images of different shapes or types: {shapes}. Give them the same size and channels.",
        "各部分图像的形状或类型不同：{shapes}。请统一尺寸和通道数。",
    ),
    "source.labels_in_some": Text(
        "Some parts have labels and others don't. Give labels for all of them.",
        "有的部分有标签，有的没有。请为所有部分提供标签。",
    ),
    "source.images_resized": Text(
        "{count:,} of {total:image|images} had another size and were resized to {size} (height × width).",
        "{total:,} 张图像中有 {count:,} 张尺寸不同，已缩放为 {size}（高×宽）。",
    ),
    "source.images_recoloured": Text(
        "{count:,} of {total:image|images} were grey and were given three channels like the others.",
        "{total:,} 张图像中有 {count:,} 张是灰度图，已转为与其余图像一致的三通道。",
    ),
    "source.images_composited": Text(
        "{count:,} of {total:image|images} had transparency and were laid on white.",
        "{total:,} 张图像中有 {count:,} 张带透明度，已叠加到白色背景上。",
    ),
    "source.images_sixteen_bits": Text(
        "{count:,} of {total:image|images} had 16 bits a pixel and were reduced to 8.",
        "{total:,} 张图像中有 {count:,} 张是 16 位图像，已降为 8 位。",
    ),
    "source.files_ignored": Text(
        "{count:file|files} ignored: hidden, or not images in a class's folder.",
        "忽略了 {count:,} 个文件：它们是隐藏文件，或不是类别文件夹中的图像。",
    ),
    "source.empty_classes": Text(
        "Folders without images are no classes: {names}.",
        "没有图像的文件夹不算类别：{names}。",
    ),
    # Objects of Python
    "source.bare_array": Text(
        "An array alone has no target. Pass the features and the target as (X, y).",
        "单独的数组没有目标。请以 (X, y) 的形式传入特征和目标。",
    ),
    "source.target_apart": Text(
        "The target is a column's name, here values of type {type}. Pass features and target as one pair: train((X, y)).",
        "目标应是列名，这里却是类型为 {type} 的值。请把特征和目标合成一对传入：train((X, y))。",
    ),
    "source.bad_shape": Text(
        "Features must have shape rows × columns, or images × height × width, with or without channels, "
        "and none of these may be 0; found {shape}.",
        "特征的形状必须是 行×列，或 张数×高×宽（可含通道），且均不能为 0；现在是 {shape}。",
    ),
    "source.bad_target_shape": Text(
        "The target must be one value for each row, or one-hot; found shape {shape}.",
        "目标必须是每行一个值，或独热编码；现在的形状是 {shape}。",
    ),
    "source.bad_dtype": Text(
        "Arrays of type {dtype} can't be used here. Pass numbers; in tables, texts and booleans will do as well.",
        "此处无法使用类型为 {dtype} 的数组。请传入数值；表格也可以是文本或布尔值。",
    ),
    "source.uneven_rows": Text(
        "The rows differ in length or shape. Give every one of them the same.",
        "各行的长度或形状不一致。请统一。",
    ),
    "source.lengths_differ": Text(
        "There are {rows:row|rows} of features and {found:target|targets}; each row needs one.",
        "特征有 {rows:,} 行，目标有 {found:,} 个；每行须有一个目标。",
    ),
    "source.one_hot": Text(
        "The target is one-hot over {classes:column|columns}; class 0 is the first one, and so on.",
        "目标是 {classes} 列的独热编码；第一列为类别 0，依此类推。",
    ),
    "source.channels_last": Text(
        "Shape {shape} was read as images × height × width × channels.",
        "形状 {shape} 按 张数×高×宽×通道 读取。",
    ),
    "source.pixels_not_finite": Text(
        "Image {image:,} holds a pixel that is infinite or not a number. Mend or remove it.",
        "第 {image:,} 张图像含有无穷大或非数值的像素。请修正或删除。",
    ),
    "source.parts_differ": Text(
        "The parts differ in shape: {found} beside {expected}. All axes but the first must be the same.",
        "各部分形状不一致：{found} 与 {expected}。除第一轴外都必须相同。",
    ),
    "source.columns_differ": Text(
        "The rows have {found:column|columns} where {expected} are wanted. Pass the same columns in the same order.",
        "数据有 {found} 列，需要的是 {expected} 列。请按相同顺序传入相同的列。",
    ),
    "source.columns_missing": Text(
        "{name} lacks columns that the training rows have: {names}. Add them.",
        "{name} 缺少训练数据中的列：{names}。请补上。",
    ),
    "source.columns_extra": Text(
        "{name} has columns that the training rows lack: {names}. Remove them there or add them here.",
        "{name} 有训练数据中没有的列：{names}。请在该文件中删除，或在训练数据中补上。",
    ),
    "source.table_and_images": Text(
        "A table and images can't be parts of one data set: {names}. Give files of the same kind.",
        "表格和图像不能组成同一数据集：{names}。请给出同类文件。",
    ),
    "source.column_lengths": Text(
        "Columns must have the same length; found {lengths}.",
        "各列长度必须相同，现在是：{lengths}。",
    ),
    "source.scalar_column": Text(
        "Column {name} is a single value where a list of them is wanted. Pass lists, or a list of dicts.",
        "列 {name} 是单个值，此处需要列表。请传入列表，或字典列表。",
    ),
    "source.not_pairs": Text(
        "The Dataset's items have {found:part|parts}; they must be pairs of features and target.",
        "Dataset 的每一项有 {found} 个部分；应当是（特征, 目标）二元组。",
    ),
    "source.unknown_object": Text(
        "Data of type {type} can't be read. Pass a path, a DataFrame, arrays as (X, y), a torch Dataset, "
        "a dict of columns or a list of dicts.",
        "无法读取类型为 {type} 的数据。请传入路径、DataFrame、(X, y) 形式的数组、torch 的 Dataset、由列组成的字典或字典列表。",
    ),
    "source.images_streamed": Text(
        "In memory the images would take {size}, more than {room}, a third of what is free. They stay on disk and are "
        "read batch by batch, again in every epoch. `memory` sets another limit.",
        "全部图像装入内存需要 {size}，超过 {room}（空闲内存的三分之一）。图像留在磁盘上，每轮逐批读取。可用 `memory` 设置其他上限。",
    ),
    "source.images_streamed_asked": Text(
        "In memory the images would take {size}, more than the {room} that `memory` allows. They stay on disk and are "
        "read batch by batch, again in every epoch.",
        "全部图像装入内存需要 {size}，超过 `memory` 允许的 {room}。图像留在磁盘上，每轮逐批读取。",
    ),
    "source.table_on_disk": Text(
        "In memory the table's values would take {size}, more than {room}, a third of what is free. They lie in temporary "
        "files, and so do the encoded rows. `memory` sets another limit.",
        "表格的数值装入内存需要 {size}，超过 {room}（空闲内存的三分之一）。这些数值和编码后的行都放在临时文件中。可用 `memory` 设置其他上限。",
    ),
    "source.table_on_disk_asked": Text(
        "In memory the table's values would take {size}, more than the {room} that `memory` allows. They lie in temporary "
        "files, and so do the encoded rows.",
        "表格的数值装入内存需要 {size}，超过 `memory` 允许的 {room}。这些数值和编码后的行都放在临时文件中。",
    ),
    "data.disk_full": Text(
        "The disk has no room for {size} of temporary files in {folder}. Make room there, name a folder on another disk in "
        "the environment variable TMPDIR, or use fewer rows or columns.",
        "磁盘空间不足：{folder} 中放不下 {size} 的临时文件。请腾出空间，或用环境变量 TMPDIR 指定另一块磁盘上的文件夹，或减少行或列。",
    ),
    # Sets with a name
    "source.set_missing": Text(
        "{title} isn't in {folder}. Put these four files there: {files} (unpacked ones will do), and name the folder "
        "with --data-dir; or let stirfry fetch them with --download.",
        "{folder} 中没有 {title}。请把以下四个文件放到那里：{files}（解压后的也可以），并用 --data-dir 指明该文件夹；"
        "或加上 --download 让 stirfry 下载。",
    ),
    "source.set_missing_package": Text(
        "{title} isn't in {folder}. On Debian and Ubuntu, install the package {package}. Or put these four files there: "
        "{files} (unpacked ones will do), and name the folder with --data-dir; or let stirfry fetch them with --download.",
        "{folder} 中没有 {title}。在 Debian 和 Ubuntu 上可以安装软件包 {package}；也可以把以下四个文件放到那里：{files}"
        "（解压后的也可以），并用 --data-dir 指明该文件夹；或加上 --download 让 stirfry 下载。",
    ),
    "source.set_classes": Text(
        "The labels are those of {title}, so the classes have its names: {names}.",
        "这些标签属于 {title}，因此各类使用它的名称：{names}。",
    ),
    # Downloads
    "source.download_offline": Text(
        "{title} could not be downloaded ({reason}). Put these files into {folder} yourself: {files}. "
        "What has arrived is kept, and the next try goes on from there.",
        "{title} 下载失败（{reason}）。请自行把以下文件放入 {folder}：{files}。已收到的内容会保留，下次从中断处继续。",
    ),
    "source.download_wrong": Text(
        "{name} arrived with a wrong checksum from every mirror, and was thrown away. "
        "Put these files into {folder} yourself: {files}.",
        "所有镜像提供的 {name} 校验和都不对，文件已丢弃。请自行把以下文件放入 {folder}：{files}。",
    ),
    "source.unwritable": Text(
        "{path} can't be written: {reason}. Choose another folder.",
        "无法写入 {path}：{reason}。请换一个文件夹。",
    ),
}
