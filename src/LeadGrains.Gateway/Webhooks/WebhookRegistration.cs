using System.Net;
using LeadGrains.Grains.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGrains.Gateway.Webhooks;

/// <summary>Puts webhooks together, and has them delivered while the server runs.</summary>
internal static class WebhookRegistration
{
    public static void Add(IServiceCollection services, IRegistry registry, WebhookSettings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton(new WebhookRecords(registry));
        services.AddSingleton(new WebhookAddresses(settings.Allowed, static (host, cancel) => Dns.GetHostAddressesAsync(host, cancel)));
        services.AddSingleton<WebhookMeters>();
        services.AddSingleton<WebhookPost>();
        services.AddSingleton<WebhookBody>();
        services.AddSingleton<WebhookParts>();
        services.AddSingleton<WebhookChecks>();
        services.AddSingleton<WebhookService>();
        services.AddSingleton<WebhookDesk>();
        services.AddHostedService(provider => provider.GetRequiredService<WebhookDesk>());
    }
}
