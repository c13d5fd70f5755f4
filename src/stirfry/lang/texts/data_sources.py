"""What is said about sources of data."""

from __future__ import annotations

from stirfry.lang.text import Text

TEXTS: dict[str, Text] = {
    # Names and paths
    "source.not_found": Text(
        "{path} is neither a file or folder nor an embedded data set ({names}). Check the spelling and the folder.",
        "{path} 不是现有的文件或文件夹，也不是内置数据集（{names}）。请检查拼写和所在目录。",
    ),
    "source.not_found_near": Text(
        "{path} is neither a file or folder nor an embedded data set ({names}). Did you mean {near}?",
        "{path} 不是现有的文件或文件夹，也不是内置数据集（{names}）。是不是想写 {near}？",
    ),
    "source.too_many_columns": Text(
        "{name} has at most {most:column|columns}; {found} were asked for. Ask for fewer.",
        "{name} 最多 {most} 列，现在要求 {found} 列。请减少列数。",
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
    # Objects of Python
    "source.unknown_object": Text(
        "Data of type {type} can't be read. Pass a path, a DataFrame, arrays as (X, y), a torch Dataset, "
        "a dict of columns or a list of dicts.",
        "无法读取类型为 {type} 的数据。请传入路径、DataFrame、(X, y) 形式的数组、torch 的 Dataset、由列组成的字典或字典列表。",
    ),
}
