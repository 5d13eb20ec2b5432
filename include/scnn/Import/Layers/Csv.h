//===- Csv.h - Comma-separated values ------------------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_IMPORT_LAYERS_CSV_H
#define SCNN_IMPORT_LAYERS_CSV_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <string>
#include <vector>

namespace scnn {

/// The names in a file's first record, and its other records.
struct CsvTable {
  struct Record {
    /// Where it begins, from 1 on.
    int64_t line = 0;
    /// One for each column, without spaces around what is not quoted.
    std::vector<std::string> cells;
  };

  std::vector<std::string> columns;
  std::vector<Record> records;
};

/// Parses comma-separated values (RFC 4180): cells may be quoted, quotes in
/// them are doubled, lines end in LF or CRLF. Lines without anything are left
/// out. The error names file and line: no columns, a column twice or without a
/// name, a record with more or fewer cells than there are columns, a quote in
/// an unquoted cell or text behind a quoted one, a quote that is not closed.
llvm::Expected<CsvTable> parseCsv(llvm::StringRef text, llvm::StringRef file);

} // namespace scnn

#endif // SCNN_IMPORT_LAYERS_CSV_H
