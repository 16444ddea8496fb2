package io.sluice.decode;

import io.sluice.UserException;
import io.sluice.contract.Column;
import io.sluice.contract.ColumnType.Timestamp.Unit;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractException;
import io.sluice.contract.ContractParser;
import io.sluice.contract.Mask;
import io.sluice.convert.Masking;
import io.sluice.schema.Schemas;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whether records can be decoded by a contract: what its format, a function or a mask refuses is
 * found out here, with the contract's file, before a record is read and anything is written.
 */
public final class DecoderCheck {
  private DecoderCheck() {}

  /**
   * Makes sure that there is a decoder of a contract, whatever table it is for.
   *
   * @throws UserException where there is none, which names file and line
   */
  public static void require(ContractParser.Located located, DecodeSettings settings) {
    // One of these units is what a table has for timestamp alone.
    Stream.of(Unit.MICROS, Unit.MILLIS)
        .map(located.contract()::withTimestamps)
        .distinct()
        .forEach(
            contract -> {
              try {
                new RecordDecoder(contract, settings, Schemas.NONE).close();
              } catch (UserException e) {
                throw located.refusal(e);
              }
            });
  }

  /** Why keys of masks are not to be had here, each with its column. */
  public static List<ContractException> missingKeys(Contract contract) {
    List<ContractException> missing = new ArrayList<>();
    for (Column column : contract.columns()) {
      Mask mask = column.reading().mask();
      if (mask != null && mask.kind() == Mask.Kind.HMAC) {
        try {
          new Masking(column);
        } catch (ContractException e) {
          missing.add(e);
        }
      }
    }
    return missing;
  }
}
