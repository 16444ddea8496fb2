package io.sluice.source;

import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractSource;
import io.sluice.contract.KeyValues;
import java.util.NavigableSet;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * A kind of source, as a contract's {@code source} names it. One is plugged in by a class that
 * implements this and a line in {@code META-INF/services/io.sluice.contract.ContractSource}.
 */
public interface SourceKind extends ContractSource {
  /**
   * The source that a contract names.
   *
   * @param keys what the contract says for {@link #keys}
   * @param options the run's, with the flags of this kind among them
   * @throws UserException where a flag is missing
   */
  Source of(KeyValues keys, PipelineOptions options);

  /**
   * The names that are there now, for contracts that stand for several.
   *
   * @throws UserException where a flag is missing that says where to look, or nobody answers
   */
  default NavigableSet<String> names(PipelineOptions options) {
    throw new IllegalStateException("source " + name() + " has no families");
  }

  /** The kind of a contract's source. */
  static SourceKind kindOf(Contract contract) {
    return (SourceKind) ContractSource.named(contract.source().name()).orElseThrow();
  }

  /**
   * The source that a contract names, of whichever kind it is.
   *
   * @throws UserException where a flag is missing
   */
  static Source find(Contract contract, PipelineOptions options) {
    return kindOf(contract).of(contract.source().keys(), options);
  }
}
