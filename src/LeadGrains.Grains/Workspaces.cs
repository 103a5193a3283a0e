namespace LeadGrains.Grains;

/// <summary>A workspace keeps one customer's grains apart from another's. It is part of every key.</summary>
public static class Workspaces
{
    /// <summary>The only workspace until API keys choose one. Where it is stored, empty means this one.</summary>
    public const string Default = "default";

    /// <summary><see cref="Default"/> in UTF-8.</summary>
    public static ReadOnlySpan<byte> DefaultUtf8 => "default"u8;
}
