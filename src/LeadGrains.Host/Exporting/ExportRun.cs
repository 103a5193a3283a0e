using System.Text;
using Google.Protobuf;
using Grpc.Core;
using LeadGrains.Host.Clients;
using LeadGrains.Host.Terminals;

namespace LeadGrains.Host.Exporting;

/// <summary>Writes what a stream of the API gives, page by page.</summary>
/// <param name="write">Takes a page and the token behind it.</param>
/// <param name="progress">Told after each page.</param>
internal sealed class ExportRun(Func<string, string, Task> write, Progress progress)
{
    /// <summary>How many lines were written.</summary>
    public long Count { get; private set; }

    /// <summary>Reads the stream to its end.</summary>
    /// <param name="call">The stream.</param>
    /// <param name="header">Stands before the first line; empty for none.</param>
    /// <param name="page">The lines of an answer, its token, and how much is done.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync<TResponse>(
        AsyncServerStreamingCall<TResponse> call, string header, Func<TResponse, (IEnumerable<string> Lines, string Token, double Done)> page, CancellationToken cancellationToken)
    {
        if (header.Length > 0)
        {
            await write(header, "");
        }

        await foreach (var response in call.ResponseStream.ReadAllAsync(cancellationToken))
        {
            var (lines, token, done) = page(response);
            var text = new StringBuilder();
            foreach (var line in lines)
            {
                text.Append(line);
                Count++;
            }

            await write(text.ToString(), token);
            progress.Report($"{ScoreText.Of(Count)} written", done);
        }
    }

    /// <summary>A message as a line of JSON.</summary>
    public static string JsonLine(IMessage message) => ScoreText.JsonLine(message) + "\n";
}
