using LeadGrains.Storage.Embedded.Segments;
using Microsoft.Win32.SafeHandles;

namespace LeadGrains.Storage.Tests.Support;

/// <summary>A disk that writes down what it is asked to do and fails when a test says so.</summary>
internal sealed class FaultyDisk : Disk
{
    private readonly Lock _gate = new();
    private readonly List<(int Thread, string Operation)> _log = [];

    /// <summary>Given each operation before it is done; throws to let it fail.</summary>
    public Action<string> Before { get; set; } = _ => { };

    public string[] Log
    {
        get
        {
            lock (_gate)
                return [.. _log.Select(entry => entry.Operation)];
        }
    }

    /// <summary>What one thread did after the first so many operations.</summary>
    public string[] LogOf(int thread, int after)
    {
        lock (_gate)
            return [.. _log.Skip(after).Where(entry => entry.Thread == thread).Select(entry => entry.Operation)];
    }

    public void Note(string operation)
    {
        lock (_gate)
            _log.Add((Environment.CurrentManagedThreadId, operation));
    }

    public override SafeFileHandle Create(string path)
    {
        Do($"create {Path.GetFileName(path)}");
        return base.Create(path);
    }

    public override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        Do(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"write {offset}"));
        base.Write(file, bytes, offset);
    }

    public override void Write(SafeFileHandle file, IReadOnlyList<ReadOnlyMemory<byte>> pieces, long offset)
    {
        Do(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"write {offset}"));
        base.Write(file, pieces, offset);
    }

    public override void Flush(SafeFileHandle file)
    {
        Do("flush");
        base.Flush(file);
    }

    public override void SetLength(SafeFileHandle file, long length)
    {
        Do("set length");
        base.SetLength(file, length);
    }

    public override void Rename(string from, string to)
    {
        Do($"rename {Path.GetFileName(to)}");
        base.Rename(from, to);
    }

    public override void FlushFolder(string path)
    {
        Do("flush folder");
        base.FlushFolder(path);
    }

    private void Do(string operation)
    {
        Note(operation);
        Before(operation);
    }
}
