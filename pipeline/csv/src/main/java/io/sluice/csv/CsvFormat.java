package io.sluice.csv;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.contract.Column;
import io.sluice.contract.Contract;
import io.sluice.contract.Contract.UnknownFields;
import io.sluice.contract.ContractException;
import io.sluice.contract.KeySpec;
import io.sluice.contract.KeyValues;
import io.sluice.convert.Rejection;
import io.sluice.convert.RowConverter;
import io.sluice.decode.DecodeEvents;
import io.sluice.decode.RecordFormat;
import io.sluice.decode.ValueDecoder;
import io.sluice.schema.Schemas;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * CSV as RFC 4180 has it, and its dialects: a record is one row, with a line of names before it or
 * without one.
 */
public final class CsvFormat implements RecordFormat {
  private static final String COLUMNS = "columns";
  private static final String HEADER = "header";
  private static final String DELIMITER = "delimiter";
  private static final String QUOTE = "quote";
  private static final String NULL_WORDS = "null_words";
  private static final String TRIM = "trim";

  private static final String NO_LETTER =
      "[\\u0001-\\u0009\\u000b\\u000c\\u000e-\\u002f:-@\\[-`{-\\u007f]";

  private static final String ONE_CHARACTER =
      "one character of ASCII that is no letter, digit or line end";

  @Override
  public String name() {
    return "csv";
  }

  @Override
  public List<KeySpec> keys() {
    return List.of(
        KeySpec.optional(
            COLUMNS,
            KeySpec.Type.TEXTS,
            List.of(),
            "The names of a row's fields, in their order: a column's path is one of them. Left out"
                + " where header is true.",
            "[at, name, amount]"),
        KeySpec.optional(
            HEADER,
            KeySpec.Type.FLAG,
            false,
            "Whether each record begins with a line of names, and has its row behind it.",
            "true"),
        KeySpec.optional(
                DELIMITER,
                KeySpec.Type.TEXT,
                ",",
                "What stands between two fields: a character, or \\t for a tab.",
                ";")
            .matching(new KeySpec.Form("\\\\t|" + NO_LETTER, ONE_CHARACTER + ", or \\t for a tab")),
        KeySpec.optional(
                QUOTE,
                KeySpec.Type.TEXT,
                "\"",
                "What stands around a field that has delimiters, line ends or quotes in it, these"
                    + " doubled. An empty text where nothing does, and a quote is a character as"
                    + " any other.",
                "'")
            .matching(new KeySpec.Form("(" + NO_LETTER + ")?", ONE_CHARACTER + ", or empty")),
        KeySpec.optional(
            NULL_WORDS,
            KeySpec.Type.TEXTS,
            List.of(""),
            "What a field without quotes is that stands for null: by default, nothing at all. A"
                + " field in quotes is always a text.",
            "[NULL, n/a]"),
        KeySpec.optional(
            TRIM,
            KeySpec.Type.FLAG,
            false,
            "Whether spaces and tabs around a field, or around its quotes, do not belong to it.",
            "true"));
  }

  @Override
  public ValueDecoder decoder(Contract contract, Schemas schemas, DecodeEvents events) {
    return new CsvDecoder(messages(contract, events::unknownField));
  }

  private static Messages messages(Contract contract, Consumer<String> unknown) {
    KeyValues keys = contract.format().keys();
    List<String> names = keys.texts(COLUMNS);
    boolean hasHeader = keys.flag(HEADER);
    if (hasHeader != names.isEmpty()) {
      throw new ContractException(
          "format",
          hasHeader
              ? "format csv has columns, but with header: true each record names its own: leave"
                  + " columns out"
              : "format csv needs the names of a row's fields: write columns: [NAME, …], or"
                  + " header: true where each record begins with them");
    }
    requireNamesOfFields(contract, names);
    try {
      return new Messages(
          hasHeader ? null : names,
          dialect(keys),
          RowConverter.ofTexts(contract),
          contract.unknownFields() == UnknownFields.DEAD_LETTER,
          unknown);
    } catch (Rejection e) {
      throw new ContractException(
          "format", "columns of format csv has '" + e.path() + "': " + e.text(), e);
    }
  }

  private static Dialect dialect(KeyValues keys) {
    String delimiter = keys.text(DELIMITER);
    String quote = keys.text(QUOTE);
    Dialect dialect =
        Dialect.of(
            delimiter.equals("\\t") ? '\t' : delimiter.charAt(0),
            quote.isEmpty() ? Dialect.NO_QUOTE : quote.charAt(0),
            keys.flag(TRIM),
            keys.texts(NULL_WORDS));
    if (dialect.delimiter() == dialect.quote()) {
      throw new ContractException(
          "format", "format csv has the same character as delimiter and as quote");
    }
    return dialect;
  }

  private static void requireNamesOfFields(Contract contract, List<String> names) {
    if (names.contains("")) {
      throw new ContractException("format", "columns of format csv has a name without characters");
    }
    for (Column column : contract.columns()) {
      if (!column.reading().isOfValue()) {
        continue;
      }
      List<String> path = column.path();
      String text = String.join(".", path);
      if (path.size() > 1) {
        throw ContractException.ofColumn(
            contract,
            column,
            "reads "
                + text
                + ", and a row of CSV has no objects: if that is a field's name, write path: [\""
                + text
                + "\"]");
      }
      if (!names.isEmpty() && !names.contains(text)) {
        throw ContractException.ofColumn(
            contract,
            column,
            "reads the field '"
                + text
                + "', which is not among the columns of format csv: "
                + String.join(", ", names));
      }
    }
  }

  @Override
  public Optional<JsonNode> document(byte[] value, Contract contract, Schemas schemas) {
    return Documents.of(value, messages(contract, name -> {}));
  }
}
