namespace LeadGrains.House.Tests;

internal static class HouseRule
{
    /// <summary>Fails with every violation and with what to do about them.</summary>
    public static void Holds(IEnumerable<string> violations, string remedy)
    {
        var found = violations.ToList();
        if (found.Count > 0)
        {
            Assert.Fail($"{remedy}\n  {string.Join("\n  ", found)}");
        }
    }
}
