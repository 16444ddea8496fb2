package io.sluice.contract;

import io.sluice.UserException;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What a contract stands for whose source is a rule for names: a contract for each name that fits,
 * with a table of its own.
 *
 * @param rule as the contract has it
 * @param fits whether a name does
 * @param source of a name: what a contract would say that names it alone
 */
public record Family(String rule, Predicate<String> fits, Function<String, Plugged> source) {
  /** What stands in the table's name where the source's name is to be. */
  private static final String NAME = "{topic}";

  /** A table's name of a contract that stands for several. */
  static final Pattern TABLE =
      Pattern.compile("([a-z][a-z0-9_]*)?" + Pattern.quote(NAME) + "[a-z0-9_]*");

  /** The family that a contract is; empty where it is for one source. */
  public static Optional<Family> of(Contract contract) {
    return of(contract.source());
  }

  static Optional<Family> of(Plugged source) {
    return ContractSource.named(source.name()).flatMap(kind -> kind.family(source));
  }

  /**
   * The contract of one of the family. What a table's name may not have is {@code _} there, and
   * letters are lower case: {@code Shop.Orders} is {@code shop_orders}.
   *
   * @param contract the family's
   * @throws UserException where that is no name of a table
   */
  public Contract member(Contract contract, String name) {
    String table = table(contract, name);
    if (!ContractParser.TABLE.matcher(table).matches()) {
      throw new UserException(
          name
              + ", which fits "
              + rule
              + ", gives the table '"
              + table
              + "', which does not begin with a letter: write table: t_"
              + contract.table());
    }
    return contract.of(table, source.apply(name));
  }

  /**
   * The name of which a table of a lake is.
   *
   * @param contract the family's
   * @param table one that a lake has, with what is recorded of its source
   * @return empty where the table does not belong to the family
   */
  public Optional<String> name(Contract contract, String table, Plugged recorded) {
    String name =
        ContractSource.named(recorded.name()).map(kind -> kind.topic(recorded, "")).orElse("");
    return fits.test(name)
            && source.apply(name).equals(recorded)
            && table(contract, name).equals(table)
        ? Optional.of(name)
        : Optional.empty();
  }

  /** What the names of the family's tables look like. */
  public Pattern tables(Contract contract) {
    int at = contract.table().indexOf(NAME);
    return Pattern.compile(
        Pattern.quote(contract.table().substring(0, at))
            + "[a-z0-9_]+"
            + Pattern.quote(contract.table().substring(at + NAME.length())));
  }

  private static String table(Contract contract, String name) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      plain.append(
          c >= 'A' && c <= 'Z'
              ? (char) (c - 'A' + 'a')
              : c >= 'a' && c <= 'z' || c >= '0' && c <= '9' ? c : '_');
    }
    return contract.table().replace(NAME, plain);
  }
}
