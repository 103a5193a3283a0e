namespace LeadGrains.Grains.Tests.Simulation;

/// <summary>
/// What a disk keeps when the power goes: what was flushed, and of everything else whatever chance has it, in pieces finer than
/// any disk's. Names are kept in their order up to some point. Until then everybody reads what was written last, as from a system's memory.
/// </summary>
internal sealed class Platter(Random random)
{
    private const int Piece = 64;

    private readonly Dictionary<string, byte[]> _flushed = [];
    private readonly Dictionary<string, List<(long Offset, byte[] Bytes)>> _written = [];
    private readonly List<Action> _undoNames = [];

    /// <summary>Held while anything of it is looked at or changed.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Chance, for whatever happens to it. Under the gate.</summary>
    public Random Random => random;

    public void Created(string path)
    {
        _flushed[path] = [];
        _written[path] = [];
        _undoNames.Add(() => Forget(path));
    }

    public void Wrote(string path, ReadOnlySpan<byte> bytes, long offset) => _written[path].Add((offset, bytes.ToArray()));

    public void Flushed(string path)
    {
        foreach (var (offset, bytes) in _written[path])
            Keep(path, offset, bytes);
        _written[path].Clear();
    }

    /// <summary>Durable with all that was written before: a length is set and flushed at once.</summary>
    public void Cut(string path, long length)
    {
        Flushed(path);
        var bytes = _flushed[path];
        Array.Resize(ref bytes, (int)length);
        _flushed[path] = bytes;
    }

    public void Renamed(string from, string to)
    {
        var before = _flushed.TryGetValue(to, out var bytes) ? bytes : null;
        Move(from, to);
        _undoNames.Add(() =>
        {
            Move(to, from);
            if (before is not null)
                (_flushed[to], _written[to]) = (before, []);
        });
    }

    public void Deleted(string path)
    {
        var (bytes, written) = (_flushed[path], _written[path]);
        Forget(path);
        _undoNames.Add(() => (_flushed[path], _written[path]) = (bytes, written));
    }

    public void NamesFlushed() => _undoNames.Clear();

    /// <summary>The power goes, and comes back: the files of the folder are what is left.</summary>
    public void LosePower(string folder)
    {
        lock (Gate)
        {
            for (var kept = random.Next(_undoNames.Count + 1); _undoNames.Count > kept; _undoNames.RemoveAt(_undoNames.Count - 1))
                _undoNames[^1]();
            _undoNames.Clear();
            foreach (var (path, writes) in _written)
            {
                foreach (var (offset, bytes) in writes)
                    KeepSome(path, offset, bytes);
                writes.Clear();
            }

            foreach (var path in Directory.GetFiles(folder).Where(path => !_flushed.ContainsKey(path)))
                File.Delete(path);
            foreach (var (path, bytes) in _flushed)
                File.WriteAllBytes(path, bytes);
        }
    }

    private void KeepSome(string path, long offset, byte[] bytes)
    {
        // All, none, or each for itself.
        var share = random.Next(4) switch { 0 => 0, 1 => 1, _ => random.NextDouble() };
        for (var at = 0L; at < bytes.Length;)
        {
            var length = Math.Min(bytes.Length - at, Piece - ((offset + at) % Piece));
            if (random.NextDouble() < share)
                Keep(path, offset + at, bytes.AsSpan((int)at, (int)length));
            at += length;
        }
    }

    private void Keep(string path, long offset, ReadOnlySpan<byte> bytes)
    {
        var flushed = _flushed[path];
        if (flushed.Length < offset + bytes.Length)
            Array.Resize(ref flushed, (int)offset + bytes.Length);
        bytes.CopyTo(flushed.AsSpan((int)offset));
        _flushed[path] = flushed;
    }

    private void Move(string from, string to)
    {
        (_flushed[to], _written[to]) = (_flushed[from], _written[from]);
        Forget(from);
    }

    private void Forget(string path)
    {
        _flushed.Remove(path);
        _written.Remove(path);
    }
}
