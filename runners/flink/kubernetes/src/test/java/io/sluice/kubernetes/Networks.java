package io.sluice.kubernetes;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What network policies let through, read as a cluster reads them. */
final class Networks {
  /** Somebody who is not of ours, or an address outside. */
  record Peer(String namespace, Map<String, String> labels, String address) {
    static Peer of(Workload workload) {
      return new Peer(workload.namespace(), workload.labels(), "");
    }

    static Peer outside(String address) {
      return new Peer("", Map.of(), address);
    }
  }

  private final List<NetworkPolicy> policies = new ArrayList<>();
  private final List<Workload> workloads;

  Networks(Manifests manifests, List<Workload> workloads) throws IOException {
    this.workloads = workloads;
    for (var document : manifests.of("NetworkPolicy").toList()) {
      policies.add(Manifests.YAML.treeToValue(document, NetworkPolicy.class));
    }
  }

  /** Selectors that match no pod, ports at which nobody listens. */
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    for (NetworkPolicy policy : policies) {
      String title = "NetworkPolicy " + policy.getMetadata().getName() + ": ";
      String namespace = policy.getMetadata().getNamespace();
      List<Workload> selected = selected(namespace, policy.getSpec().getPodSelector());
      if (selected.isEmpty()) {
        problems.add(title + "its selector matches no pod");
      }
      policy
          .getSpec()
          .getIngress()
          .forEach(
              rule -> {
                rule.getFrom().forEach(peer -> peer(title, namespace, peer, problems));
                rule.getPorts().forEach(port -> listened(title, selected, port, problems));
              });
      policy
          .getSpec()
          .getEgress()
          .forEach(
              rule ->
                  rule.getTo()
                      .forEach(
                          peer -> {
                            peer(title, namespace, peer, problems);
                            List<Workload> targets = targets(namespace, peer);
                            if (!targets.isEmpty()) {
                              rule.getPorts()
                                  .forEach(port -> listened(title, targets, port, problems));
                            }
                          }));
    }
    return problems;
  }

  private void peer(String title, String namespace, NetworkPolicyPeer peer, List<String> problems) {
    boolean ours =
        peer.getPodSelector() != null
            && (peer.getNamespaceSelector() == null
                || workloads.stream()
                    .anyMatch(
                        workload -> matches(peer.getNamespaceSelector(), workload.namespace())));
    if (ours && targets(namespace, peer).isEmpty()) {
      problems.add(title + "a peer's selector matches no pod: " + peer.getPodSelector());
    }
  }

  private List<Workload> targets(String namespace, NetworkPolicyPeer peer) {
    if (peer.getPodSelector() == null) {
      return List.of();
    }
    return workloads.stream()
        .filter(workload -> matches(peer, namespace, Peer.of(workload)))
        .toList();
  }

  private static void listened(
      String title, List<Workload> targets, NetworkPolicyPort port, List<String> problems) {
    int number = port.getPort().getIntVal();
    if (targets.stream().noneMatch(workload -> workload.listens(number))) {
      problems.add(title + "nobody listens at port " + number);
    }
  }

  private List<Workload> selected(String namespace, LabelSelector selector) {
    return workloads.stream()
        .filter(workload -> workload.namespace().equals(namespace) && workload.matches(selector))
        .toList();
  }

  /** Whether one of our pods may open a connection to somebody. */
  boolean egress(Workload from, Peer to, int port, String protocol) {
    boolean isolated = false;
    for (NetworkPolicy policy : policies) {
      if (policy.getMetadata().getNamespace().equals(from.namespace())
          && policy.getSpec().getPolicyTypes().contains("Egress")
          && from.matches(policy.getSpec().getPodSelector())) {
        isolated = true;
        for (var rule : policy.getSpec().getEgress()) {
          if (port(rule.getPorts(), port, protocol)
              && rule.getTo().stream().anyMatch(peer -> matches(peer, from.namespace(), to))) {
            return true;
          }
        }
      }
    }
    return !isolated;
  }

  /** Whether somebody may open a connection to one of our pods. */
  boolean ingress(Peer from, Workload to, int port) {
    boolean isolated = false;
    for (NetworkPolicy policy : policies) {
      if (policy.getMetadata().getNamespace().equals(to.namespace())
          && policy.getSpec().getPolicyTypes().contains("Ingress")
          && to.matches(policy.getSpec().getPodSelector())) {
        isolated = true;
        for (var rule : policy.getSpec().getIngress()) {
          if (port(rule.getPorts(), port, "TCP")
              && rule.getFrom().stream().anyMatch(peer -> matches(peer, to.namespace(), from))) {
            return true;
          }
        }
      }
    }
    return !isolated;
  }

  boolean between(Workload from, Workload to, int port) {
    return egress(from, Peer.of(to), port, "TCP") && ingress(Peer.of(from), to, port);
  }

  private static boolean port(List<NetworkPolicyPort> ports, int port, String protocol) {
    return ports.stream()
        .anyMatch(
            allowed ->
                allowed.getPort().getIntVal() == port && protocol.equals(allowed.getProtocol()));
  }

  private static boolean matches(NetworkPolicyPeer rule, String namespace, Peer peer) {
    if (rule.getIpBlock() != null) {
      return !peer.address().isEmpty()
          && contains(rule.getIpBlock().getCidr(), peer.address())
          && rule.getIpBlock().getExcept().stream()
              .noneMatch(except -> contains(except, peer.address()));
    }
    if (!peer.address().isEmpty()) {
      return false;
    }
    boolean inNamespace =
        rule.getNamespaceSelector() == null
            ? peer.namespace().equals(namespace)
            : matches(rule.getNamespaceSelector(), peer.namespace());
    return inNamespace
        && (rule.getPodSelector() == null
            || Workload.matches(rule.getPodSelector(), peer.labels()));
  }

  private static boolean matches(LabelSelector selector, String namespace) {
    return Workload.matches(selector, Map.of("kubernetes.io/metadata.name", namespace));
  }

  private static boolean contains(String cidr, String address) {
    int slash = cidr.indexOf('/');
    int bits = Integer.parseInt(cidr.substring(slash + 1));
    long mask = bits == 0 ? 0 : -1L << (32 - bits);
    return (number(cidr.substring(0, slash)) & mask) == (number(address) & mask);
  }

  private static long number(String address) {
    long number = 0;
    for (String octet : address.split("\\.", -1)) {
      number = number << 8 | Integer.parseInt(octet);
    }
    return number;
  }
}
