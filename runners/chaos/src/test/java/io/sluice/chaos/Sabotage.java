package io.sluice.chaos;

import io.sluice.block.Gatherer;
import io.sluice.lake.AppendLog;
import io.sluice.lake.Positions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.MemberSubstitution;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.matcher.ElementMatchers;
import net.bytebuddy.pool.TypePool;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** Our classes with one guard taken out. */
public enum Sabotage {
  /** The writer does not look what is in the log already. */
  NO_FILTER {
    @Override
    DynamicType.Unloaded<?> weave(ByteBuddy byteBuddy) {
      return byteBuddy
          .redefine(AppendLog.class)
          .visit(Advice.to(ForgetAdvice.class).on(ElementMatchers.named("reload")))
          .make();
    }
  },
  /** The write replaces what is there. */
  NO_CONDITION {
    @Override
    DynamicType.Unloaded<?> weave(ByteBuddy byteBuddy) throws NoSuchMethodException {
      ClassFileLocator locator = ClassFileLocator.ForClassLoader.ofSystemLoader();
      TypeDescription upload =
          TypePool.Default.of(locator).describe("io.sluice.lake.S3Upload").resolve();
      return byteBuddy
          .redefine(upload, locator)
          .visit(
              MemberSubstitution.relaxed()
                  .method(
                      ElementMatchers.named("ifNoneMatch")
                          .and(ElementMatchers.isDeclaredBy(PutObjectRequest.Builder.class)))
                  .replaceWith(
                      Sabotage.class.getMethod(
                          "unconditional", PutObjectRequest.Builder.class, String.class))
                  .on(ElementMatchers.named("commit")))
          .make();
    }
  },
  /** A row may be in any shard. */
  RANDOM_SHARD {
    @Override
    DynamicType.Unloaded<?> weave(ByteBuddy byteBuddy) {
      return byteBuddy
          .redefine(Gatherer.class)
          .visit(Advice.to(RandomAdvice.class).on(ElementMatchers.named("shardOf")))
          .make();
    }
  };

  abstract DynamicType.Unloaded<?> weave(ByteBuddy byteBuddy) throws NoSuchMethodException;

  /** Compiles the class without its guard into a folder. */
  Path patch(Path folder) throws IOException, NoSuchMethodException {
    weave(new ByteBuddy()).saveIn(folder.toFile());
    return folder;
  }

  /** Instead of {@code ifNoneMatch}. */
  public static PutObjectRequest.Builder unconditional(
      PutObjectRequest.Builder put, String condition) {
    return put;
  }

  /** Woven into {@code AppendLog.reload}. */
  static final class ForgetAdvice {
    private ForgetAdvice() {}

    @Advice.OnMethodExit
    static void exit(
        @Advice.Return(readOnly = false) Positions known,
        @Advice.FieldValue(value = "committed", readOnly = false) Positions committed) {
      known = new Positions();
      committed = known;
    }
  }

  /** Woven into {@code Gatherer.shardOf}. */
  static final class RandomAdvice {
    private RandomAdvice() {}

    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) int shard, @Advice.Argument(2) int shards) {
      shard = ThreadLocalRandom.current().nextInt(shards);
    }
  }
}
