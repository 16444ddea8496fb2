package io.sluice.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.contract.Column;
import io.sluice.contract.ColumnType;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.ColumnType.Timestamp;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractJson;
import io.sluice.convert.Numbers;
import io.sluice.decode.DecodeSettings;
import io.sluice.schema.Schemas;
import io.sluice.source.SourceRecord;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What would fit the values of a sample better than what the contract says of its columns. Each
 * type that is proposed has been tried: with it, the sample's documents are accepted as before, or
 * more of them.
 */
final class Hints {
  /** Below it, nothing is said: a few values fit many types. */
  private static final int LEAST_VALUES = 20;

  /** Below it, nothing is said of how often values repeat. */
  private static final int LEAST_FOR_DICTIONARY = 1000;

  private static final double NEARLY_ALL_NEW = 0.9;
  private static final double FEW_NEW = 0.1;
  private static final int LARGEST_SCALE = 6;
  private static final long YEAR_2000 = 946_684_800L;
  private static final long YEAR_2100 = 4_102_444_800L;
  private static final long NANOS = 1_000_000_000L;

  /** What a second may have, in numbers that are times. */
  private static final List<Long> UNITS = List.of(1L, 1_000L, 1_000_000L, NANOS);

  /** The share of a column's values that says what its unit is: some may be 0 or wrong. */
  private static final double NEARLY_ALL = 0.95;

  private static final int MONEY_DIGITS = 18;

  private static final Pattern MONEY =
      Pattern.compile(
          "price|amount|total|cost|fee|tax|balance|revenue|discount|salary|payment|money");
  private static final Pattern TIME =
      Pattern.compile("time|date|timestamp|(^|_)ts$|_at$|created|updated|epoch");
  private static final Pattern UUID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  /**
   * What could be changed of a column.
   *
   * @param change as the contract would say it, as {@code type: timestamp}
   */
  public record Hint(String column, String change, String why) {}

  private final Contract contract;
  private final DocumentValues values;
  private final List<SourceRecord> documents;
  private final List<Values> columns = new ArrayList<>();
  private final DecodeSettings settings;
  private final Schemas schemas;
  private final long acceptedNow;

  /**
   * @param documents the sample's records that are documents
   */
  Hints(Contract contract, List<SourceRecord> documents, DecodeSettings settings, Schemas schemas) {
    this.contract = contract;
    this.values = new DocumentValues(contract);
    this.documents = documents;
    this.settings = settings;
    this.schemas = schemas;
    this.acceptedNow = accepted(contract.withoutTransform());
    for (int i = 0; i < contract.columns().size(); i++) {
      columns.add(new Values());
    }
  }

  private long accepted(Contract of) {
    return Decoded.accepted(documents, of, settings, schemas);
  }

  /** What a column's values are like. */
  private static final class Values {
    /** How often the column was looked for: in each document, or in each element of its list. */
    long asked;

    long present;
    long strings;
    long wholes;
    long fractions;
    long booleans;
    long uuids;
    long truths;

    /** Texts that are a number as a number is written: no sign but minus, no leading zero. */
    long numbers;

    final Set<String> distinct = new HashSet<>();
    final Map<Long, Long> times = new HashMap<>();
    int greatestScale;
    int greatestWhole;
    @Nullable BigDecimal greatest;

    private static final int BEYOND_DECIMALS = 1000;

    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9]\\d{0,17})(\\.\\d{1,17})?");

    void add(JsonNode value) {
      asked++;
      if (value.isNull()) {
        return;
      }
      present++;
      if (value.isTextual()) {
        strings++;
        String text = value.textValue();
        distinct.add(text);
        uuids += UUID.matcher(text).matches() ? 1 : 0;
        truths += text.equals("true") || text.equals("false") ? 1 : 0;
        if (NUMBER.matcher(text).matches()) {
          numbers++;
          number(new BigDecimal(text));
        }
      } else if (value.isNumber()) {
        if (isWhole(value.decimalValue())) {
          wholes++;
        } else {
          fractions++;
        }
        distinct.add(value.asText());
        number(value.decimalValue());
        time(value.decimalValue());
      } else {
        booleans += value.isBoolean() ? 1 : 0;
      }
    }

    /** As the decoder takes it for an integer: 1.0 and 1e3 too. */
    private static boolean isWhole(BigDecimal value) {
      return value.scale() <= 0 || value.stripTrailingZeros().scale() <= 0;
    }

    /** How many are times of this century, as so many units a second. */
    long times(long perSecond) {
      return times.getOrDefault(perSecond, 0L);
    }

    private void time(BigDecimal value) {
      for (long perSecond : UNITS) {
        if (value.compareTo(BigDecimal.valueOf(YEAR_2000).multiply(BigDecimal.valueOf(perSecond)))
                >= 0
            && value.compareTo(
                    BigDecimal.valueOf(YEAR_2100).multiply(BigDecimal.valueOf(perSecond)))
                < 0) {
          times.merge(perSecond, 1L, Long::sum);
        }
      }
    }

    private void number(BigDecimal value) {
      if (Numbers.isModest(value)) {
        BigDecimal plain = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
        greatestScale = Math.max(greatestScale, plain.scale());
        greatestWhole = Math.max(greatestWhole, plain.precision() - plain.scale());
      } else {
        greatestWhole = Math.max(greatestWhole, BEYOND_DECIMALS);
      }
      greatest = greatest == null ? value : greatest.max(value);
    }
  }

  /** Looks at one document. */
  void add(JsonNode document) {
    for (int i = 0; i < columns.size(); i++) {
      Column column = contract.columns().get(i);
      if (column.reading().isOfValue()) {
        values.of(column, document).forEach(columns.get(i)::add);
      }
    }
  }

  /** What could be changed, column by column. */
  List<Hint> hints() {
    List<Hint> hints = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      Values values = columns.get(i);
      if (values.present >= LEAST_VALUES) {
        unit(contract.columns().get(i), values).ifPresent(hints::add);
        type(i, values).ifPresent(hints::add);
        dictionary(contract.columns().get(i), values).ifPresent(hints::add);
      }
    }
    return hints;
  }

  /** Columns that always had a value and need none. */
  List<String> neverNull() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      Column column = contract.columns().get(i);
      Values seen = columns.get(i);
      if (seen.asked >= LEAST_VALUES
          && !column.required()
          && column.reading().fallback() == null
          && seen.present == seen.asked) {
        names.add(column.name());
      }
    }
    return names;
  }

  /**
   * Numbers whose unit is another one than the contract's: most of them are read as times of 1970,
   * or of a far future, or not at all.
   */
  private static Optional<Hint> unit(Column column, Values values) {
    if (!(column.type() instanceof Timestamp timestamp)) {
      return Optional.empty();
    }
    if (timestamp.format() == Timestamp.Format.LISTED) {
      return Optional.empty();
    }
    boolean numbers = timestamp.format() != Timestamp.Format.ISO8601;
    if (numbers
        && values.times(timestamp.format().perSecond()) > (1 - NEARLY_ALL) * values.present) {
      return Optional.empty();
    }
    for (long perSecond : UNITS) {
      if (values.times(perSecond) >= NEARLY_ALL * values.present) {
        String why =
            numbers
                ? "the values are "
                    + unitName(perSecond)
                    + ", not "
                    + unitName(timestamp.format().perSecond())
                    + readAs(timestamp, values)
                : "the values are " + unitName(perSecond) + " since 1970, as numbers";
        return Optional.of(
            new Hint(column.name(), "type: " + epoch(perSecond, timestamp.unit()).text(), why));
      }
    }
    return Optional.empty();
  }

  /** What time the values are taken for as they are. */
  private static String readAs(Timestamp type, Values values) {
    double seconds =
        values.greatest == null ? 0 : values.greatest.doubleValue() / type.format().perSecond();
    return Math.abs(seconds) < YEAR_2100
        ? ": they are read as times up to " + LocalDate.ofEpochDay((long) seconds / 86_400)
        : ": they are far in the future";
  }

  private static String unitName(long perSecond) {
    return switch ((int) perSecond) {
      case 1 -> "seconds";
      case 1_000 -> "milliseconds";
      case 1_000_000 -> "microseconds";
      default -> "nanoseconds";
    };
  }

  private static Proposal epoch(long perSecond) {
    return epoch(perSecond, Timestamp.Unit.MICROS);
  }

  /**
   * @param unit kept where it is nanoseconds: no other proposal would keep the values
   */
  private static Proposal epoch(long perSecond, Timestamp.Unit unit) {
    for (Timestamp.Format format : Timestamp.Format.values()) {
      if (format != Timestamp.Format.ISO8601 && format.perSecond() == perSecond) {
        Timestamp type =
            new Timestamp(unit == Timestamp.Unit.NANOS ? unit : Timestamp.Unit.MICROS, format);
        return new Proposal(type, ContractJson.text(type), "every value is a time of this century");
      }
    }
    throw new IllegalArgumentException("no format has so many units a second: " + perSecond);
  }

  private record Proposal(ColumnType type, String text, String why) {}

  private Optional<Hint> type(int index, Values values) {
    Column column = contract.columns().get(index);
    if (index == contract.eventTime()) {
      return Optional.empty();
    }
    for (Proposal proposal : proposals(column, values)) {
      if (!column.goesWith(proposal.type())) {
        continue;
      }
      long accepted = accepted(with(index, proposal.type()));
      boolean rejects = !accepts(column.type(), values);
      if (rejects ? accepted > acceptedNow : accepted >= acceptedNow) {
        String gain =
            accepted > acceptedNow
                ? String.format(Locale.ROOT, "; accepts %,d records more", accepted - acceptedNow)
                : "";
        return Optional.of(
            new Hint(column.name(), "type: " + proposal.text(), proposal.why() + gain));
      }
    }
    if (column.type() == Scalar.STRING && values.truths == values.present) {
      return Optional.of(
          new Hint(
              column.name(),
              "type: boolean",
              "only \"true\" and \"false\", as strings: once the producer sends true and false"));
    }
    return Optional.empty();
  }

  /** Whether values of the JSON kinds that were seen can be of a type at all. */
  private static boolean accepts(ColumnType type, Values values) {
    if (type == Scalar.STRING || type == Scalar.DATE || type == Scalar.BYTES) {
      return values.strings == values.present;
    }
    if (type == Scalar.BOOLEAN) {
      return values.booleans == values.present;
    }
    if (type == Scalar.INT32 || type == Scalar.INT64) {
      return values.wholes == values.present;
    }
    if (type == Scalar.FLOAT || type == Scalar.DOUBLE) {
      return values.wholes + values.fractions == values.present;
    }
    return true;
  }

  private List<Proposal> proposals(Column column, Values values) {
    List<Proposal> proposals = new ArrayList<>();
    ColumnType type = column.type();
    String name = column.name().toLowerCase(Locale.ROOT);
    if (type == Scalar.STRING && values.strings == values.present) {
      proposals.add(
          new Proposal(
              new Timestamp(Timestamp.Unit.DEFAULT, Timestamp.Format.ISO8601),
              "timestamp",
              "every value is a time with an offset"));
      proposals.add(new Proposal(Scalar.DATE, "date", "every value is a date"));
      if (values.numbers == values.present) {
        proposals.add(decimal(values, "every value is a number, as a string"));
      }
    } else if ((type == Scalar.DOUBLE || type == Scalar.FLOAT)
        && values.wholes + values.fractions == values.present
        && MONEY.matcher(name).find()
        && values.greatestScale <= LARGEST_SCALE) {
      proposals.add(decimal(values, "sums of money are not exact as " + spelt(type)));
    } else if (type == Scalar.INT64 && values.wholes == values.present) {
      epoch(name, values).ifPresent(proposals::add);
    } else if (!accepts(type, values)) {
      other(values).ifPresent(proposals::add);
    }
    return proposals;
  }

  /** Room for sums a thousand times as large, within what a long holds. */
  private static Proposal decimal(Values values, String why) {
    int scale = Math.max(0, values.greatestScale);
    int precision =
        Math.max(
            Math.min(MONEY_DIGITS, Math.max(1, values.greatestWhole) + 3 + scale),
            Math.max(1, values.greatestWhole) + scale);
    precision = Math.min(ColumnType.Decimal.MAX_PRECISION, precision);
    return new Proposal(
        new ColumnType.Decimal(precision, scale), "decimal(" + precision + "," + scale + ")", why);
  }

  private static Optional<Proposal> epoch(String name, Values values) {
    return UNITS.stream()
        .filter(perSecond -> TIME.matcher(name).find())
        .filter(perSecond -> values.times(perSecond) == values.present)
        .findFirst()
        .map(Hints::epoch);
  }

  /** A type for values that the column's own does not take. */
  private static Optional<Proposal> other(Values values) {
    String why = "the values are of another type";
    if (values.strings == values.present) {
      return Optional.of(new Proposal(Scalar.STRING, "string", why));
    }
    if (values.booleans == values.present) {
      return Optional.of(new Proposal(Scalar.BOOLEAN, "boolean", why));
    }
    if (values.wholes == values.present) {
      return Optional.of(new Proposal(Scalar.INT64, "int64", why));
    }
    if (values.wholes + values.fractions == values.present) {
      return Optional.of(new Proposal(Scalar.DOUBLE, "double", why));
    }
    return Optional.empty();
  }

  private static String spelt(ColumnType type) {
    return type.toString().toLowerCase(Locale.ROOT);
  }

  private Optional<Hint> dictionary(Column column, Values values) {
    if (!(column.type() instanceof Scalar) || column.type() == Scalar.BOOLEAN) {
      return Optional.empty();
    }
    if (values.distinct.size() == 0 || values.present < LEAST_FOR_DICTIONARY) {
      return Optional.empty();
    }
    double share = (double) values.distinct.size() / values.present;
    if (column.dictionary() && share >= NEARLY_ALL_NEW && column.type() == Scalar.STRING) {
      boolean uuid = values.uuids == values.present;
      return Optional.of(
          new Hint(
              column.name(),
              uuid && !column.bloomFilter()
                  ? "dictionary: false, bloom_filter: true"
                  : "dictionary: false",
              (uuid ? "UUIDs, nearly all new" : "nearly every value is new")
                  + ": a dictionary costs time and is thrown away"));
    }
    if (!column.dictionary() && share <= FEW_NEW) {
      return Optional.of(
          new Hint(
              column.name(),
              "dictionary: true",
              String.format(
                  Locale.ROOT,
                  "%,d values in %,d %s: a dictionary makes files smaller",
                  values.distinct.size(),
                  values.present,
                  contract.isOfElement(column) ? "elements" : "records")));
    }
    return Optional.empty();
  }

  private Contract with(int index, ColumnType type) {
    List<Column> changed = new ArrayList<>(contract.columns());
    Column old = changed.get(index);
    changed.set(index, old.withType(type));
    return contract.withColumns(changed);
  }
}
