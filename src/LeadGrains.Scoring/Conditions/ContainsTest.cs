using System.Collections.Immutable;

namespace LeadGrains.Scoring;

/// <summary><c>contains</c>: one of these is a part of the value.</summary>
internal sealed class ContainsTest(ImmutableArray<FoldedText> sought) : ValueTest
{
    public override string Asks => $"contains {FoldedText.AnyOf(sought)}";

    public override bool Holds(ReadOnlySpan<byte> valueUtf8)
    {
        foreach (var text in sought)
        {
            if (text.IsWithin(valueUtf8))
                return true;
        }

        return false;
    }

    public override bool Holds(TraitValue value) => sought.Any(text => text.IsWithin(value.AsText));
}
