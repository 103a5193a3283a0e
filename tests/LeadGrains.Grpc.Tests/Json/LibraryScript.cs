using Grpc.Core;
using LeadGrains.Grpc.Tests.Library;

namespace LeadGrains.Grpc.Tests.Json;

/// <summary>What the library of a test does. Unless told otherwise it gives back what it is asked with.</summary>
public sealed class LibraryScript
{
    public UnaryServerMethod<Book, Book> Answer { get; set; } = (request, _) => Task.FromResult(request);

    public ServerStreamingServerMethod<Book, Book> Watch { get; set; } = async (request, responses, _) =>
    {
        for (var page = 0; page < request.Pages; page++)
            await responses.WriteAsync(new Book { Isbn = request.Isbn, Pages = page });
    };

    public DuplexStreamingServerMethod<Book, Book> Chat { get; set; } = async (requests, responses, _) =>
    {
        await foreach (var request in requests.ReadAllAsync())
            await responses.WriteAsync(request);
    };
}

/// <summary>The generated service, with the script of the test.</summary>
public sealed class LibraryService(LibraryScript script) : Library.Library.LibraryBase
{
    public override Task<Book> Find(Book request, ServerCallContext context) => script.Answer(request, context);

    public override Task<Book> Lend(Book request, ServerCallContext context) => script.Answer(request, context);

    public override Task<Book> Store(Book request, ServerCallContext context) => script.Answer(request, context);

    public override Task<Book> Hide(Book request, ServerCallContext context) => script.Answer(request, context);

    public override Task<Book> Explain(Book request, ServerCallContext context) => script.Answer(new Book(request) { Subtitle = "explained" }, context);

    public override Task Watch(Book request, IServerStreamWriter<Book> responseStream, ServerCallContext context) => script.Watch(request, responseStream, context);

    public override Task Chat(IAsyncStreamReader<Book> requestStream, IServerStreamWriter<Book> responseStream, ServerCallContext context) => script.Chat(requestStream, responseStream, context);

    public override async Task<Book> Collect(IAsyncStreamReader<Book> requestStream, ServerCallContext context)
    {
        var sum = new Book();
        await foreach (var request in requestStream.ReadAllAsync())
            sum.Pages += request.Pages;
        return sum;
    }
}
