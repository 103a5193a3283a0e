namespace LeadGrains.Cluster.Postgres;

/// <summary>Who a node is.</summary>
/// <param name="Name">Its name: one living process has it at a time. Letters, digits, '.', '-' and '_'.</param>
/// <param name="Process">The process, drawn at random when it starts; the same however often it joins.</param>
/// <param name="Address">Where other nodes reach it: host:port.</param>
public sealed record NodeIdentity(string Name, Guid Process, string Address);
