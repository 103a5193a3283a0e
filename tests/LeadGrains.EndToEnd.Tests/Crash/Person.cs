namespace LeadGrains.EndToEnd.Tests.Crash;

/// <summary>A contact of the test's population.</summary>
internal sealed record Person(string Id, string Company, bool IsChief)
{
    public string Email => $"{Id}@{Company}";

    public double RoleWeight => IsChief ? 1.5 : 1;
}
