using System.Collections.Immutable;

namespace LeadGrains.Scoring;

/// <summary><c>equals</c> and <c>in</c>: the value is one of these.</summary>
internal sealed class EqualsTest(ImmutableArray<FoldedText> accepted) : ValueTest
{
    public override string Asks => $"is {FoldedText.AnyOf(accepted)}";

    public override bool Holds(ReadOnlySpan<byte> valueUtf8)
    {
        foreach (var text in accepted)
        {
            if (text.Equal(valueUtf8))
                return true;
        }

        return false;
    }

    public override bool Holds(TraitValue value) => accepted.Any(text => text.Equal(value.AsText));
}
