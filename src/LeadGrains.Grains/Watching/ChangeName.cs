using System.Globalization;

namespace LeadGrains.Grains.Watching;

/// <summary>Names a change for ever: where the journal has it. It says nothing about whom it is about.</summary>
/// <param name="Partition">From 0.</param>
/// <param name="Sequence">Its position there, from 1.</param>
public readonly record struct ChangeName(int Partition, long Sequence)
{
    /// <summary>Such as "3-1042".</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Partition}-{Sequence}");

    /// <summary>Reads what <see cref="Text"/> wrote; null for anything else.</summary>
    public static ChangeName? Read(string text)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        return dash > 0
            && int.TryParse(text.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
            && long.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            && sequence > 0
            ? new ChangeName(partition, sequence)
            : null;
    }
}
