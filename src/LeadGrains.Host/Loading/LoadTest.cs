using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LeadGrains.Host.Clients;
using LeadGrains.Host.Commands;
using LeadGrains.Host.Loading.Sink;
using LeadGrains.Host.Loading.Traffic;
using LeadGrains.Host.Loading.Verification;
using LeadGrains.Scoring;
using LeadGrains.V1;

namespace LeadGrains.Host.Loading;

/// <summary>A whole load test: the population, the run, the sink beside it, the verification.</summary>
internal sealed class LoadTest
{
    private readonly CommandContext _context;
    private readonly LoadSettings _settings;
    private readonly ServerConnection _connection;
    private readonly LoadPlan _plan;
    private readonly PlainModel _model;
    private readonly LoadTraits _traits;

    private LoadTest(CommandContext context, LoadSettings settings, ServerConnection connection, ScoringModel model)
    {
        _context = context;
        _settings = settings;
        _connection = connection;
        var conditions = new ModelConditions(model.Yaml);
        _model = new PlainModel(model, conditions);
        _traits = new LoadTraits(conditions, settings.Seed);
        var population = new LoadPopulation(settings.Contacts, settings.Accounts, Tag(settings, model));
        _plan = new LoadPlan(population, new SignalCatalogue(model, conditions), settings.Streams, settings.Seed, settings.Until);
    }

    /// <summary>Asks the server for its model and makes the contacts and accounts known.</summary>
    public static async Task<LoadTest> PrepareAsync(
        CommandContext context, LoadSettings settings, ServerConnection connection, CancellationToken cancellationToken)
    {
        var answer = await connection.Models.GetModelAsync(new GetModelRequest(), connection.Call(cancellationToken));
        var read = ModelReader.Read(answer.Model.Yaml);
        var model = read.Model ?? throw new CommandFailedException($"The server's model cannot be read by this program: {read.Problems[0]}");
        var test = new LoadTest(context, settings, connection, model);
        var upserts = new PopulationUpserts(connection, test._plan.Population, test._traits);
        await context.Terminal.WithProgressAsync("Preparing", context.Clock, async progress =>
        {
            await upserts.RunAsync(progress, cancellationToken);
            return true;
        });
        return test;
    }

    public async Task<LoadReport> RunAsync(CancellationToken cancellationToken)
    {
        await using var sink = _settings.CompareSink ? await SinkProcess.StartAsync(_context.Clock, cancellationToken) : null;
        var before = await RunSinkAsync(sink, cancellationToken);
        var result = await RunOneAsync("Sending", _settings.Server, cancellationToken);
        var after = await RunSinkAsync(sink, cancellationToken);
        return new LoadReport(_settings, result, [.. new[] { before, after }.OfType<LoadResult>()], await VerifyAsync(result, cancellationToken));
    }

    private async Task<LoadResult?> RunSinkAsync(SinkProcess? sink, CancellationToken cancellationToken) =>
        sink is null ? null : await RunOneAsync("Sending to the sink", new ServerTarget(sink.Address), cancellationToken);

    private Task<LoadResult> RunOneAsync(string title, ServerTarget server, CancellationToken cancellationToken) =>
        _context.Terminal.WithProgressAsync(
            title, _context.Clock, progress => new LoadRun(_plan, _settings, _context.Clock).RunAsync(server, _settings.Http, progress, cancellationToken));

    private async Task<Comparison?> VerifyAsync(LoadResult result, CancellationToken cancellationToken)
    {
        // What a broken stream left unanswered may or may not be recorded, so there is nothing to compare with.
        if (!_settings.Verify || result.Faults.Count > 0)
        {
            return null;
        }

        var verifier = new LoadVerifier(_plan, _settings, _model, _traits, _connection);
        return await _context.Terminal.WithProgressAsync(
            "Verifying", _context.Clock, progress => verifier.RunAsync(result.SentByStream, progress, cancellationToken));
    }

    /// <summary>Of all that decides which signal is sent under which id.</summary>
    private static ulong Tag(LoadSettings settings, ScoringModel model)
    {
        var all = string.Create(
            CultureInfo.InvariantCulture,
            $"{settings.Seed}/{settings.Contacts}/{settings.Accounts}/{settings.Streams}/{settings.Until.ToUnixTimeSeconds()}/{Convert.ToHexString([.. model.ContentHash])}");
        return BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(all)));
    }
}
