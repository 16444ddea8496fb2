package io.sluice.protobuf;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.sluice.convert.Converter;
import io.sluice.convert.Elements;
import io.sluice.convert.Rejection;

/** A repeated field: elements one by one, or packed, or some so and some so. */
final class ListField extends FieldPlan {
  private final Converter to;
  private final ValueReader element;
  private final UnknownNames unknown;
  private final String path;

  /**
   * @param path of a number that the enum of its elements does not have
   */
  ListField(
      FieldDescriptor field, Converter to, ValueReader element, UnknownNames unknown, String path) {
    super(field, null, null);
    this.to = to;
    this.element = element;
    this.unknown = unknown;
    this.path = path;
  }

  @Override
  void read(Wire in, int first, boolean again) throws Rejection, NotInOnePass {
    if (again) {
      throw NotInOnePass.INSTANCE;
    }
    Elements elements = to.list();
    int index = 0;
    boolean hasUnknown = false;
    int tag = first;
    while (true) {
      try {
        if (tag == this.tag) {
          if (readElement(in, elements)) {
            index++;
          } else {
            hasUnknown = true;
          }
        } else {
          int outer = in.enter(0);
          while (in.hasMore()) {
            if (readElement(in, elements)) {
              index++;
            } else {
              hasUnknown = true;
            }
          }
          in.leave(0, outer);
        }
      } catch (Rejection e) {
        throw e.within("[" + index + "]");
      }
      if (!in.hasMore()) {
        break;
      }
      int before = in.at();
      tag = in.tag();
      if (!isBegunBy(tag)) {
        in.at(before);
        break;
      }
    }
    elements.end();
    if (hasUnknown) {
      unknown.add(path);
    }
  }

  private boolean readElement(Wire in, Elements elements) throws Rejection, NotInOnePass {
    elements.element();
    boolean isOne = element.read(in);
    if (!isOne) {
      elements.none();
    }
    return isOne;
  }

  @Override
  boolean isMissed() {
    return true;
  }

  @Override
  void absent() throws Rejection {
    to.list().end();
  }

  @Override
  Normalizer.Kept kept() {
    return new Normalizer.All();
  }
}
