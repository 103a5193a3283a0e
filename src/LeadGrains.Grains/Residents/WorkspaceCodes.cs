using System.Text;

namespace LeadGrains.Grains.Residents;

/// <summary>
/// A small number for each workspace, so that tables need no text for it. One for the whole node: codes mean the same
/// in every table and lane. They are given in the order of arrival and never stored. Any thread; reading takes no lock.
/// </summary>
internal sealed class WorkspaceCodes
{
    /// <summary>How many workspaces a node can hold.</summary>
    public const int MaxWorkspaces = ushort.MaxValue;

    private readonly Lock _adding = new();
    private volatile Known _known = new([], []);

    /// <summary>The code of a workspace, a new one on first sight.</summary>
    /// <exception cref="InvalidOperationException">There are <see cref="MaxWorkspaces"/> already.</exception>
    public ushort CodeOf(ReadOnlySpan<byte> workspaceUtf8) =>
        _known.TryFind(workspaceUtf8, out var code) ? code : Add(Encoding.UTF8.GetString(workspaceUtf8));

    /// <inheritdoc cref="CodeOf(ReadOnlySpan{byte})"/>
    public ushort CodeOf(string workspace) => _known.TryFind(workspace, out var code) ? code : Add(workspace);

    /// <summary>The code of a workspace that was seen before.</summary>
    public bool TryFind(string workspace, out ushort code) => _known.TryFind(workspace, out code);

    /// <summary>No other workspace has been seen.</summary>
    public bool HasNoneBut(string workspace) => _known.Names.All(name => name == workspace);

    /// <summary>The workspace of a code.</summary>
    public string NameOf(ushort code) => _known.Names[code];

    private ushort Add(string workspace)
    {
        lock (_adding)
        {
            var known = _known;
            if (known.TryFind(workspace, out var code))
                return code;
            if (known.Names.Length == MaxWorkspaces)
                throw new InvalidOperationException($"A node holds at most {MaxWorkspaces} workspaces.");
            _known = new Known([.. known.Names, workspace], [.. known.Utf8, Encoding.UTF8.GetBytes(workspace)]);
            return (ushort)known.Names.Length;
        }
    }

    // Never changed once it is published: readers hold on to the one they found.
    private sealed class Known
    {
        private const int ScannedAtMost = 4;

        private readonly Dictionary<string, ushort> _byName = new(StringComparer.Ordinal);
        private readonly Dictionary<ulong, ushort> _byHash = [];

        public Known(string[] names, byte[][] utf8)
        {
            Names = names;
            Utf8 = utf8;
            for (var code = 0; code < names.Length; code++)
            {
                _byName.Add(names[code], (ushort)code);
                _byHash.TryAdd(StableHash.Of(0, utf8[code]), (ushort)code);
            }
        }

        public string[] Names { get; }

        public byte[][] Utf8 { get; }

        public bool TryFind(string workspace, out ushort code) => _byName.TryGetValue(workspace, out code);

        public bool TryFind(ReadOnlySpan<byte> workspaceUtf8, out ushort code)
        {
            if (Utf8.Length > ScannedAtMost
                && _byHash.TryGetValue(StableHash.Of(0, workspaceUtf8), out code)
                && workspaceUtf8.SequenceEqual(Utf8[code]))
            {
                return true;
            }

            // Few workspaces are found fastest by looking at each; two whose hashes are equal are found no other way.
            for (code = 0; code < Utf8.Length; code++)
            {
                if (workspaceUtf8.SequenceEqual(Utf8[code]))
                    return true;
            }

            return false;
        }
    }
}
