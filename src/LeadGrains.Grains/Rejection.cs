namespace LeadGrains.Grains;

/// <summary>One item of a request that was not recorded. Rejected items are returned and counted, never stored.</summary>
/// <param name="Index">Position in the request, from 0.</param>
/// <param name="Reason">For programs.</param>
/// <param name="Field">The field at fault, as the proto names it, such as "occurred_at".</param>
/// <param name="Message">For people: the limit and the actual value.</param>
public sealed record Rejection(int Index, RejectionReason Reason, string Field, string Message);
