using System.Text;
using Google.Protobuf;
using LeadGrains.Host.Clients;
using Spectre.Console;

namespace LeadGrains.Host.Terminals;

/// <summary>
/// What a command says: results on standard output, progress and complaints on standard error. Tables have borders and
/// colours only where people look at them; redirected output is plain text of any width.
/// </summary>
internal sealed class Terminal(TextWriter output, TextWriter error, bool outputIsScreen, bool errorIsScreen)
{
    public TextWriter Output { get; } = output;

    public TextWriter Error { get; } = error;

    /// <summary>People read the results, rather than a file or another program.</summary>
    public bool IsOutputScreen { get; } = outputIsScreen;

    public static Terminal OfProcess()
    {
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        return new Terminal(Console.Out, Console.Error, !Console.IsOutputRedirected, !Console.IsErrorRedirected);
    }

    public void Line(string text = "") => Output.WriteLine(Shown(text));

    public void Complain(string text) => Error.WriteLine(Shown(text));

    public void Table(TextTable table)
    {
        if (IsOutputScreen)
        {
            Screen(Output).Write(table.ToSpectre());
        }
        else
        {
            table.WritePlain(Output);
        }
    }

    /// <summary>Shows a server's answer: as JSON for scripts, else by the given view.</summary>
    public void Answer<T>(T answer, bool json, Action<Terminal, T> show)
        where T : IMessage
    {
        if (json)
        {
            Line(ScoreText.Json(answer));
        }
        else
        {
            show(this, answer);
        }
    }

    /// <summary>Runs the work and shows how far it is: a bar on a screen, a line now and then elsewhere.</summary>
    /// <param name="title">What is being done.</param>
    /// <param name="clock">Paces the lines.</param>
    /// <param name="work">Says how far it is through the progress that it is given.</param>
    public async Task<T> WithProgressAsync<T>(string title, TimeProvider clock, Func<Progress, Task<T>> work)
    {
        var progress = new Progress();
        var running = work(progress);
        if (errorIsScreen)
        {
            await ShowBarAsync(title, progress, running, clock);
        }
        else
        {
            await ShowLinesAsync(title, progress, running, clock);
        }

        return await running;
    }

    private async Task ShowBarAsync(string title, Progress progress, Task running, TimeProvider clock)
    {
        await Screen(Error).Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new ElapsedTimeColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask(Markup.Escape(title));
                while (!await EndedWithin(running, TimeSpan.FromMilliseconds(100), clock))
                {
                    bar.Description = Markup.Escape($"{title}: {progress.Text}");
                    bar.IsIndeterminate = progress.Fraction is null;
                    bar.Value = 100 * (progress.Fraction ?? 0);
                }
            });
    }

    private async Task ShowLinesAsync(string title, Progress progress, Task running, TimeProvider clock)
    {
        while (!await EndedWithin(running, TimeSpan.FromSeconds(5), clock))
        {
            Complain($"{title}: {progress.Text}");
        }
    }

    // Names come from callers, and must not steer a terminal: of control characters, only ends of lines and tabs are written.
    private static string Shown(string text) => text.Any(Steers) ? string.Concat(text.Select(letter => Steers(letter) ? '\uFFFD' : letter)) : text;

    private static bool Steers(char letter) =>
        char.IsControl(letter) && letter is not ('\n' or '\t') && !Environment.NewLine.Contains(letter, StringComparison.Ordinal);

    private static async Task<bool> EndedWithin(Task running, TimeSpan time, TimeProvider clock)
    {
        using var ended = new CancellationTokenSource();
        var first = await Task.WhenAny(running, Task.Delay(time, clock, ended.Token));
        await ended.CancelAsync();
        return first == running;
    }

    private static IAnsiConsole Screen(TextWriter writer) =>
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
}
