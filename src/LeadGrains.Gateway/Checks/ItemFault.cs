using LeadGrains.Grains;

namespace LeadGrains.Gateway.Checks;

/// <summary>What is wrong with a field: of one item, which is then rejected, or of the whole request.</summary>
internal readonly record struct ItemFault(RejectionReason Reason, string Field, string Message)
{
    /// <summary>The item's answer.</summary>
    public Rejection At(int index) => new(index, Reason, Field, Message);
}
