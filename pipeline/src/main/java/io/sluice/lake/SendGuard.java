package io.sluice.lake;

import java.util.function.BooleanSupplier;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/**
 * Asks right before each transmission of a request whether it is still to be sent: the client signs
 * and sends one again by itself, at any time after a machine was suspended.
 */
final class SendGuard implements ExecutionInterceptor {
  private static final ExecutionAttribute<BooleanSupplier> ALLOWED =
      new ExecutionAttribute<>("SluiceSendAllowed");

  static void allow(AwsRequestOverrideConfiguration.Builder request, BooleanSupplier allowed) {
    request.putExecutionAttribute(ALLOWED, allowed);
  }

  @Override
  public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes request) {
    BooleanSupplier allowed = request.getAttribute(ALLOWED);
    if (allowed != null && !allowed.getAsBoolean()) {
      throw SdkClientException.create("too late to be sent: what it rests on is too old");
    }
  }
}
