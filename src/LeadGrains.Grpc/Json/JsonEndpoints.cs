using System.Reflection;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Primitives;

namespace Grpc.AspNetCore.Json;

/// <summary>Serves the gRPC methods whose options name a path by HTTP and JSON, whenever they were mapped.</summary>
internal static class JsonEndpoints
{
    /// <summary>What answers below this path that nothing else answers.</summary>
    private const string Unknown = "/v1/{**path}";

    /// <summary>Adds the routes. One that the services' options name twice is a mistake that shows at the first request.</summary>
    public static void MapGrpcJson(this IEndpointRouteBuilder endpoints, JsonOptions options) =>
        endpoints.DataSources.Add(new Source(endpoints.DataSources, options));

    private static IEnumerable<JsonRoute> RoutesOf(Endpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<GrpcMethodMetadata>() is not { } served || DescriptorOf(served.ServiceType) is not { } service)
            return [];
        return service.FindMethodByName(served.Method.Name) is { } method ? JsonRoute.Of(method, endpoint) : [];
    }

    // The class that binds the methods, generated or written by hand, also has the descriptor.
    private static ServiceDescriptor? DescriptorOf(Type serviceType)
    {
        for (var type = serviceType; type is not null; type = type.BaseType)
        {
            if (type.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false) is { } attribute)
                return attribute.BindType.GetProperty("Descriptor", typeof(ServiceDescriptor))?.GetValue(obj: null) as ServiceDescriptor;
        }

        return null;
    }

    private sealed class Source(ICollection<EndpointDataSource> all, JsonOptions options) : EndpointDataSource
    {
        private readonly Lock _gate = new();
        private IReadOnlyList<Endpoint>? _endpoints;

        public override IReadOnlyList<Endpoint> Endpoints
        {
            get
            {
                lock (_gate)
                    return _endpoints ??= [.. Build()];
            }
        }

        public override IChangeToken GetChangeToken() => new CancellationChangeToken(CancellationToken.None);

        private IEnumerable<Endpoint> Build()
        {
            var routes = all.Where(source => source != this).SelectMany(source => source.Endpoints).SelectMany(RoutesOf).ToArray();
            if (routes.GroupBy(route => (route.HttpMethod, route.Path.ToString())).FirstOrDefault(same => same.Count() > 1) is { } twice)
                throw new InvalidOperationException($"{twice.Key.HttpMethod} {twice.Key.Item2} is the path of {string.Join(" and ", twice.Select(route => route.Method.FullName))}.");
            var router = new JsonRouter(routes, options);
            return [.. routes.Select(route => Of(route, router)), Rest(router)];
        }

        private static Endpoint Of(JsonRoute route, JsonRouter router)
        {
            var builder = new RouteEndpointBuilder(router.AnswerAsync, RoutePatternFactory.Parse(route.Path.ToRoutePattern()), order: 0)
            {
                DisplayName = $"JSON - {route.HttpMethod} {route.Path}",
            };
            foreach (var metadata in route.Endpoint.Metadata.Where(metadata => metadata is not IHttpMethodMetadata))
                builder.Metadata.Add(metadata);
            builder.Metadata.Add(new HttpMethodMetadata([route.HttpMethod]));
            builder.Metadata.Add(route);
            return builder.Build();
        }

        private Endpoint Rest(JsonRouter router)
        {
            var builder = new RouteEndpointBuilder(router.AnswerAsync, RoutePatternFactory.Parse(Unknown), order: int.MaxValue)
            {
                DisplayName = "JSON - unknown path",
            };
            foreach (var metadata in options.UnknownRouteMetadata)
                builder.Metadata.Add(metadata);
            return builder.Build();
        }
    }
}
