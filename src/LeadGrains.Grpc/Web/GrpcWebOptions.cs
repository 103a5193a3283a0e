namespace Microsoft.AspNetCore.Builder;

/// <summary>Which endpoints answer gRPC-Web.</summary>
public class GrpcWebOptions
{
    /// <summary>True if those do that say nothing themselves. False unless set.</summary>
    public bool DefaultEnabled { get; set; }
}
