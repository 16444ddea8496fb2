package io.sluice.contract;

import io.sluice.UserException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What is wrong with a contract: one fault or several, each with its file, its line and the fix.
 */
public final class ContractFaults extends UserException {
  private static final long serialVersionUID = 1L;

  private final ArrayList<String> faults;

  ContractFaults(Collection<String> faults) {
    super(line(List.copyOf(faults)));
    this.faults = new ArrayList<>(faults);
  }

  private static String line(List<String> faults) {
    int more = faults.size() - 1;
    return faults.get(0)
        + (more == 0 ? "" : " (and " + more + " more: sluice contract check says which)");
  }

  /** Each in a line of its own, of what is in {@code e}: its message alone where it is another. */
  public static List<String> of(UserException e) {
    return e instanceof ContractFaults several
        ? List.copyOf(several.faults)
        : List.of(String.valueOf(e.getMessage()));
  }
}
