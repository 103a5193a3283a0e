using System.Runtime.CompilerServices;
using LeadGrains.Storage.Embedded.Segments;
using Microsoft.Win32.SafeHandles;

namespace LeadGrains.Grains.Tests.Simulation;

/// <summary>
/// One process's way to a platter. It goes with the power, at any operation: nothing that the process still tries then reaches
/// the platter, and whether the last operation did, chance has it.
/// </summary>
internal sealed class SimulatedDisk(Platter platter) : Disk
{
    private readonly ConditionalWeakTable<SafeFileHandle, Named> _paths = [];
    private int _left = int.MaxValue;
    private bool _isOff;

    /// <summary>The power goes at that operation from now on: 1 is the next one.</summary>
    public void TurnOffAt(int operation)
    {
        lock (platter.Gate)
            _left = operation;
    }

    /// <summary>The power goes now.</summary>
    public void TurnOff()
    {
        lock (platter.Gate)
            _isOff = true;
    }

    public override SafeFileHandle Create(string path)
    {
        SafeFileHandle? file = null;
        Do(() =>
        {
            file = Opened(base.Create(path), path);
            platter.Created(path);
        });
        return file!;
    }

    public override SafeFileHandle OpenForWriting(string path) => Opened(base.OpenForWriting(path), path);

    public override SafeFileHandle OpenForReading(string path) => Opened(base.OpenForReading(path), path);

    public override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset) => Write(file, [bytes.ToArray()], offset);

    public override void Write(SafeFileHandle file, IReadOnlyList<ReadOnlyMemory<byte>> pieces, long offset) => Do(() =>
    {
        RandomAccess.Write(file, pieces, offset);
        byte[] all = [.. pieces.SelectMany(piece => piece.ToArray())];
        platter.Wrote(PathOf(file), all, offset);
    });

    public override void Flush(SafeFileHandle file) => Do(() => platter.Flushed(PathOf(file)));

    public override void SetLength(SafeFileHandle file, long length) => Do(() =>
    {
        RandomAccess.SetLength(file, length);
        platter.Cut(PathOf(file), length);
    });

    public override void Rename(string from, string to) => Do(() =>
    {
        base.Rename(from, to);
        platter.Renamed(from, to);
        foreach (var (_, named) in _paths)
        {
            if (named.Path == from)
                named.Path = to;
        }
    });

    public override void Delete(string path) => Do(() =>
    {
        base.Delete(path);
        platter.Deleted(path);
    });

    public override void FlushFolder(string path) => Do(platter.NamesFlushed);

    private void Do(Action act)
    {
        lock (platter.Gate)
        {
            ThrowIfOff();
            var isLast = --_left == 0;
            if (!isLast || platter.Random.Next(2) == 0)
                act();
            _isOff |= isLast;
            ThrowIfOff();
        }
    }

    private void ThrowIfOff()
    {
        if (_isOff)
            throw new IOException("The power has gone.");
    }

    private SafeFileHandle Opened(SafeFileHandle file, string path)
    {
        _paths.Add(file, new Named { Path = path });
        return file;
    }

    private string PathOf(SafeFileHandle file) => _paths.TryGetValue(file, out var named) ? named.Path : throw new InvalidOperationException("It was not opened here.");

    private sealed class Named
    {
        public required string Path { get; set; }
    }
}
