package io.sluice.protobuf;

/**
 * A message is in a form that is right and rare, and that one pass cannot read: a sub-message in
 * several pieces, a list with something in between, a oneof that is set twice, a key of a map that
 * comes again. Carries no stack trace: {@link Normalizer} is the answer.
 */
final class NotInOnePass extends Exception {
  private static final long serialVersionUID = 1L;

  static final NotInOnePass INSTANCE = new NotInOnePass();

  private NotInOnePass() {
    super("not in one pass", null, false, false);
  }
}
