//===- Csv.cpp - Comma-separated values ----------------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Import/Layers/Csv.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace scnn;
using llvm::formatv;

namespace {
class CsvParser {
public:
  CsvParser(llvm::StringRef text, llvm::StringRef file)
      : rest(text), file(file) {
    // A byte order mark, as spreadsheets write.
    rest.consume_front("\xef\xbb\xbf");
  }

  llvm::Expected<CsvTable> parse() {
    CsvTable table;
    while (!rest.empty()) {
      CsvTable::Record record;
      record.line = line;
      if (llvm::Error error = parseRecord(record.cells))
        return std::move(error);
      if (record.cells.size() == 1 && record.cells.front().empty())
        continue;
      if (table.columns.empty()) {
        table.columns = std::move(record.cells);
        if (llvm::Error error = checkColumns(table.columns, record.line))
          return std::move(error);
        continue;
      }
      if (record.cells.size() != table.columns.size())
        return fail(record.line,
                    formatv("expected {0} cells, one for each column, but got "
                            "{1}",
                            table.columns.size(), record.cells.size()));
      table.records.push_back(std::move(record));
    }
    if (table.columns.empty())
      return fail(1, "expected the names of columns");
    return table;
  }

private:
  llvm::StringRef rest, file;
  int64_t line = 1;

  llvm::Error fail(int64_t at, const llvm::Twine &message) const {
    return llvm::createStringError(file + ":" + llvm::Twine(at) + ": " +
                                   message);
  }

  llvm::Error checkColumns(llvm::ArrayRef<std::string> columns, int64_t at) {
    for (auto [index, name] : llvm::enumerate(columns)) {
      if (name.empty())
        return fail(at, formatv("expected a name of column {0}", index + 1));
      if (llvm::is_contained(columns.take_front(index), name))
        return fail(at, formatv("column '{0}' is there twice", name));
    }
    return llvm::Error::success();
  }

  /// Takes a line end, if one is next.
  bool consumeLineEnd() {
    if (!rest.consume_front("\r\n") && !rest.consume_front("\n"))
      return false;
    ++line;
    return true;
  }

  llvm::Error parseRecord(std::vector<std::string> &cells) {
    while (true) {
      std::string &cell = cells.emplace_back();
      if (llvm::Error error = rest.ltrim(" \t").starts_with("\"")
                                  ? parseQuoted(cell)
                                  : parseUnquoted(cell))
        return error;
      if (rest.empty() || consumeLineEnd())
        return llvm::Error::success();
      // Nothing else can follow a cell.
      rest = rest.drop_front();
    }
  }

  /// Leaves `rest` at a comma, a line end or the file's end.
  llvm::Error parseUnquoted(std::string &cell) {
    size_t end = rest.find_first_of(",\n");
    llvm::StringRef text = rest.take_front(end);
    rest = rest.drop_front(text.size());
    text = text.trim();
    if (text.contains('"'))
      return fail(line, "expected a cell with a quote in it to be quoted, but "
                        "got '" + text + "'");
    cell = text.str();
    return llvm::Error::success();
  }

  llvm::Error parseQuoted(std::string &cell) {
    int64_t begin = line;
    rest = rest.ltrim(" \t").drop_front();
    while (true) {
      size_t quote = rest.find('"');
      if (quote == llvm::StringRef::npos)
        return fail(begin, "expected a quote that ends the cell");
      llvm::StringRef text = rest.take_front(quote);
      cell += text;
      line += text.count('\n');
      rest = rest.drop_front(quote + 1);
      if (!rest.consume_front("\""))
        break;
      cell += '"';
    }
    rest = rest.ltrim(" \t");
    if (rest.empty() || rest.starts_with(",") || rest.starts_with("\n") ||
        rest.starts_with("\r\n"))
      return llvm::Error::success();
    return fail(line, "expected a comma or a line end behind a quoted cell");
  }
};
} // namespace

llvm::Expected<CsvTable> scnn::parseCsv(llvm::StringRef text,
                                        llvm::StringRef file) {
  return CsvParser(text, file).parse();
}
