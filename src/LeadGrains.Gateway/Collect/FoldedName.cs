using System.Text;

namespace LeadGrains.Gateway.Collect;

/// <summary>The names that people give to events, as the types of signals: "Demo Requested" and "demoRequested" are demo_requested.</summary>
internal static class FoldedName
{
    /// <summary>Letters and digits in lower case, and one underscore for whatever else stands between them; empty where there is none.</summary>
    public static string Of(string name)
    {
        var folded = new StringBuilder(name.Length + 8);
        var before = default(Rune);
        var gap = false;
        foreach (var rune in name.EnumerateRunes())
        {
            if (!Rune.IsLetterOrDigit(rune))
            {
                gap = true;
                continue;
            }

            gap |= Rune.IsUpper(rune) && (Rune.IsLower(before) || Rune.IsDigit(before));
            if (gap && folded.Length > 0)
                folded.Append('_');
            folded.Append(Rune.ToLowerInvariant(rune).ToString());
            (before, gap) = (rune, false);
        }

        return folded.ToString();
    }
}
