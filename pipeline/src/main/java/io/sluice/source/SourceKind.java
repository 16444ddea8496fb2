package io.sluice.source;

import io.sluice.UserException;
import io.sluice.contract.Contract;
import java.util.Optional;
import java.util.ServiceLoader;
import org.apache.beam.sdk.options.PipelineOptions;

/** A kind of source: what a key of the contract names. Found by the service loader. */
public interface SourceKind {
  /**
   * The source that a contract names.
   *
   * @param options the run's, with the flags of this kind among them
   * @return nothing where the contract has no key of this kind
   * @throws UserException where a flag is missing
   */
  Optional<Source> of(Contract contract, PipelineOptions options);

  /**
   * The source that a contract names, of whichever kind it is.
   *
   * @throws UserException where no kind knows it, or a flag is missing
   */
  static Source find(Contract contract, PipelineOptions options) {
    for (SourceKind kind :
        ServiceLoader.load(SourceKind.class, SourceKind.class.getClassLoader())) {
      Optional<Source> source = kind.of(contract, options);
      if (source.isPresent()) {
        return source.get();
      }
    }
    throw new UserException(
        "the contract of "
            + contract.table()
            + " names nothing that a source on the class path reads: put the source's jar on it");
  }
}
