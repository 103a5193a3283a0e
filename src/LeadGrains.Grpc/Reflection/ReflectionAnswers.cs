using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;
using Asked = Grpc.Reflection.V1.ServerReflectionRequest.MessageRequestOneofCase;

namespace Grpc.Reflection;

/// <summary>What reflection answers. What is not found is an answer, too: the stream goes on.</summary>
internal sealed class ReflectionAnswers(DescriptorIndex index)
{
    public ServerReflectionResponse Answer(ServerReflectionRequest request)
    {
        var response = new ServerReflectionResponse { ValidHost = request.Host, OriginalRequest = request };
        switch (request.MessageRequestCase)
        {
            case Asked.ListServices:
                response.ListServicesResponse = new ListServiceResponse();
                response.ListServicesResponse.Service.AddRange(index.Services.Select(name => new ServiceResponse { Name = name }));
                break;
            case Asked.FileByFilename:
                Write(response, index.FileNamed(request.FileByFilename), "There is no such file.");
                break;
            case Asked.FileContainingSymbol:
                Write(response, index.FileDeclaring(request.FileContainingSymbol), "There is no such symbol.");
                break;
            case Asked.FileContainingExtension:
                var extension = request.FileContainingExtension;
                Write(response, index.FileExtending(extension.ContainingType, extension.ExtensionNumber), "There is no such extension.");
                break;
            case Asked.AllExtensionNumbersOfType:
                WriteNumbers(response, request.AllExtensionNumbersOfType);
                break;
            default:
                response.ErrorResponse = Error(StatusCode.Unimplemented, "The request asks for nothing that is known here.");
                break;
        }

        return response;
    }

    private static void Write(ServerReflectionResponse response, FileDescriptor? file, string otherwise)
    {
        if (file is null)
        {
            response.ErrorResponse = Error(StatusCode.NotFound, otherwise);
            return;
        }

        response.FileDescriptorResponse = new FileDescriptorResponse();
        response.FileDescriptorResponse.FileDescriptorProto.AddRange(DescriptorIndex.WithImports(file).Select(each => each.SerializedData));
    }

    private static ErrorResponse Error(StatusCode code, string message) => new() { ErrorCode = (int)code, ErrorMessage = message };

    private void WriteNumbers(ServerReflectionResponse response, string type)
    {
        if (index.ExtensionsOf(type) is not { } numbers)
        {
            response.ErrorResponse = Error(StatusCode.NotFound, "There is no such message.");
            return;
        }

        response.AllExtensionNumbersResponse = new ExtensionNumberResponse { BaseTypeName = type };
        response.AllExtensionNumbersResponse.ExtensionNumber.AddRange(numbers);
    }
}
