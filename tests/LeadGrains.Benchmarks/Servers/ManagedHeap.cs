using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace LeadGrains.Benchmarks.Servers;

/// <summary>
/// Makes another .NET process collect its garbage, so that what is resident is what is kept: by a session of the runtime's
/// diagnostics port that asks for the events of a heap collection, which the runtime answers with a full collection.
/// The protocol is described in dotnet/diagnostics, documentation/design-docs/ipc-protocol.md.
/// </summary>
internal static class ManagedHeap
{
    private const int HeaderBytes = 20;
    private const byte EventPipe = 0x02, StopTracing = 0x01, CollectTracing = 0x02, Ok = 0x00;
    private const ulong HeapCollectKeyword = 0x800000;
    private const string Provider = "Microsoft-Windows-DotNETRuntime";
    private static readonly TimeSpan Collecting = TimeSpan.FromSeconds(2);

    /// <summary>Returns when the collection is over.</summary>
    public static async Task CollectAsync(int process, CancellationToken cancellationToken)
    {
        // Others that had the same number and were killed have left theirs behind.
        var socket = Directory.EnumerateFiles(Path.GetTempPath(), $"dotnet-diagnostic-{process}-*-socket").MaxBy(File.GetLastWriteTimeUtc)!;
        using var session = await AskAsync(socket, CollectTracing, Session(), cancellationToken);
        var id = new byte[sizeof(ulong)];
        await session.ReadExactlyAsync(id, cancellationToken);
        var draining = session.CopyToAsync(Stream.Null, cancellationToken);
        await Task.Delay(Collecting, TimeProvider.System, cancellationToken);
        using (await AskAsync(socket, StopTracing, id, cancellationToken))
        {
            await draining;
        }
    }

    private static byte[] Session()
    {
        const uint BufferMebibytes = 16, NetTraceFormat = 1, Providers = 1, Informational = 4;
        using var payload = new MemoryStream();
        using var writer = new BinaryWriter(payload);
        writer.Write(BufferMebibytes);
        writer.Write(NetTraceFormat);
        writer.Write(Providers);
        writer.Write(HeapCollectKeyword);
        writer.Write(Informational);
        WriteText(writer, Provider);
        WriteText(writer, "");
        return payload.ToArray();
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        writer.Write((uint)text.Length + 1);
        writer.Write(Encoding.Unicode.GetBytes(text + '\0'));
    }

    private static async Task<NetworkStream> AskAsync(string socket, byte command, byte[] payload, CancellationToken cancellationToken)
    {
        var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellationToken);
        var stream = new NetworkStream(connection, ownsSocket: true);
        var message = new byte[HeaderBytes + payload.Length];
        "DOTNET_IPC_V1\0"u8.CopyTo(message);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(14), (ushort)message.Length);
        message[16] = EventPipe;
        message[17] = command;
        payload.CopyTo(message, HeaderBytes);
        await stream.WriteAsync(message, cancellationToken);
        var answer = new byte[HeaderBytes];
        await stream.ReadExactlyAsync(answer, cancellationToken);
        return answer[17] == Ok ? stream : throw new IOException("The runtime's diagnostics port refused to collect garbage.");
    }
}
