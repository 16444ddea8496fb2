package io.sluice.contract;

import java.util.List;

/** What a contract names, and what has keys of its own there. */
public interface ContractPlugIn extends PlugIn {
  /** Its own keys of a contract. */
  List<KeySpec> keys();
}
