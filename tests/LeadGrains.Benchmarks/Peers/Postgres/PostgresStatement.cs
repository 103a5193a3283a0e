using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace LeadGrains.Benchmarks.Peers.Postgres;

/// <summary>
/// One prepared statement on a connection of its own, run over and over with parameters in binary, in PostgreSQL's own
/// protocol: for statements so small that a general client costs as much processor time as the server does.
/// </summary>
internal sealed class PostgresStatement : IDisposable
{
    private const int Version = 3 << 16;
    private const short Binary = 1;
    private const int Head = 1 + sizeof(int);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _received = new byte[16 * 1024];
    private byte[] _sending = new byte[1024];
    private int _written;
    private int _begun;
    private int _read;
    private int _end;

    public PostgresStatement(NpgsqlConnectionStringBuilder server, string statement)
    {
        _socket.Connect(server.Host!, server.Port);
        BeginBare();
        Append(Version);
        Append($"user\0{server.Username}\0database\0{server.Database}\0\0");
        End();
        Begin('p');
        Append($"{server.Password}\0");
        End();
        Send();
        WaitUntilReady();
        Begin('P');
        Append($"\0{statement}\0");
        Append((short)0);
        End();
        Run();
    }

    /// <summary>Begins the values of the statement's parameters, all of which follow.</summary>
    public void BeginValues(int parameters)
    {
        Begin('B');
        Append("\0\0");
        Append((short)1);
        Append(Binary);
        Append((short)parameters);
    }

    public void Value(int value)
    {
        Append(sizeof(int));
        Append(value);
    }

    public void Value(long value)
    {
        Append(sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(Room(sizeof(long)), value);
    }

    public void Value(double value)
    {
        Append(sizeof(double));
        BinaryPrimitives.WriteDoubleBigEndian(Room(sizeof(double)), value);
    }

    public void Value(ReadOnlySpan<byte> value)
    {
        Append(value.Length);
        value.CopyTo(Room(value.Length));
    }

    /// <summary>Runs the statement with the values, and waits until it is committed.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public void Execute()
    {
        Append((short)0);
        End();
        Begin('E');
        Append("\0");
        Append(0);
        End();
        Run();
    }

    public void Dispose() => _socket.Dispose();

    private void Begin(char kind)
    {
        Room(1)[0] = (byte)kind;
        BeginBare();
    }

    private void BeginBare()
    {
        _begun = _written;
        Room(sizeof(int));
    }

    private void End() => BinaryPrimitives.WriteInt32BigEndian(_sending.AsSpan(_begun), _written - _begun);

    private void Append(int value) => BinaryPrimitives.WriteInt32BigEndian(Room(sizeof(int)), value);

    private void Append(short value) => BinaryPrimitives.WriteInt16BigEndian(Room(sizeof(short)), value);

    private void Append(string text) => Encoding.UTF8.GetBytes(text, Room(Encoding.UTF8.GetByteCount(text)));

    private Span<byte> Room(int length)
    {
        if (_written + length > _sending.Length)
            Array.Resize(ref _sending, 2 * (_written + length));
        _written += length;
        return _sending.AsSpan(_written - length, length);
    }

    private void Run()
    {
        Begin('S');
        End();
        Send();
        WaitUntilReady();
    }

    private void Send()
    {
        for (var sent = 0; sent < _written;)
            sent += _socket.Send(_sending.AsSpan(sent.._written));
        _written = 0;
    }

    private void WaitUntilReady()
    {
        while (true)
        {
            var (kind, body) = Read();
            if (kind == 'E')
                throw new InvalidOperationException($"PostgreSQL says: {Encoding.UTF8.GetString(body).Replace('\0', ' ')}");
            if (kind == 'Z')
                return;
        }
    }

    private (char Kind, byte[] Body) Read()
    {
        while (_end - _read < Head || _end - _read < 1 + Length)
            Receive();
        var (kind, from, to) = ((char)_received[_read], _read + Head, _read + 1 + Length);
        _read = to;
        return (kind, kind == 'E' ? _received[from..to] : []);
    }

    private int Length => BinaryPrimitives.ReadInt32BigEndian(_received.AsSpan(_read + 1));

    private void Receive()
    {
        _received.AsSpan(_read, _end - _read).CopyTo(_received);
        (_read, _end) = (0, _end - _read);
        var length = _socket.Receive(_received.AsSpan(_end));
        if (length == 0)
            throw new InvalidOperationException("PostgreSQL has closed the connection.");
        _end += length;
    }
}
