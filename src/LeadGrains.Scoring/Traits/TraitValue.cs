using System.Collections.Immutable;
using System.Globalization;

namespace LeadGrains.Scoring;

/// <summary>What is known of a person or company under one name. Immutable.</summary>
public sealed class TraitValue : IEquatable<TraitValue>
{
    private static readonly TraitValue True = new(TraitKind.Truth, "true", 1, []);
    private static readonly TraitValue False = new(TraitKind.Truth, "false", 0, []);

    private readonly ImmutableArray<TraitValue> _elements;

    private TraitValue(TraitKind kind, string text, double number, ImmutableArray<TraitValue> elements)
    {
        Kind = kind;
        AsText = text;
        AsNumber = number;
        _elements = elements;
    }

    /// <summary>What kind of value it is.</summary>
    public TraitKind Kind { get; }

    /// <summary>
    /// How filters and conditions compare it: a number in its shortest invariant form, a truth as "true" or "false",
    /// a list as its elements joined by ", ".
    /// </summary>
    public string AsText { get; }

    /// <summary>The number; 1 and 0 for true and false, 0 for text and lists.</summary>
    public double AsNumber { get; }

    /// <summary>True for the truth "true".</summary>
    public bool AsTruth => Kind == TraitKind.Truth && AsNumber != 0;

    /// <summary>A text.</summary>
    public static TraitValue Text(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new TraitValue(TraitKind.Text, text, 0, []);
    }

    /// <summary>A number.</summary>
    public static TraitValue Number(double number)
    {
        // Minus zero becomes zero, so that equal numbers have equal texts.
        number += 0.0;
        return new TraitValue(TraitKind.Number, number.ToString(CultureInfo.InvariantCulture), number, []);
    }

    /// <summary>True or false.</summary>
    public static TraitValue Truth(bool truth) => truth ? True : False;

    /// <summary>A list. The elements of a list within it become its own: no list holds a list.</summary>
    public static TraitValue List(ImmutableArray<TraitValue> elements)
    {
        var flat = elements.Any(element => element.Kind == TraitKind.List)
            ? [.. elements.SelectMany(element => element.Elements())]
            : elements;
        return new TraitValue(TraitKind.List, string.Join(", ", flat.Select(element => element.AsText)), 0, flat);
    }

    /// <summary>The list's elements; for any other kind, the value itself.</summary>
    public ImmutableArray<TraitValue> Elements() => Kind == TraitKind.List ? _elements : [this];

    /// <inheritdoc />
    public bool Equals(TraitValue? other) =>
        other is not null
        && Kind == other.Kind
        && AsNumber.Equals(other.AsNumber)
        && (Kind == TraitKind.List
            ? _elements.AsSpan().SequenceEqual(other._elements.AsSpan())
            : string.Equals(AsText, other.AsText, StringComparison.Ordinal));

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as TraitValue);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Kind, AsText);

    /// <inheritdoc />
    public override string ToString() => AsText;
}
