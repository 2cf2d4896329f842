import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle";
import "swagger-ui-dist/swagger-ui.css";

/** The page `/docs`: the API's own description, drawn without any other server. */
SwaggerUI({ dom_id: "#reference", url: "/openapi.json", deepLinking: true, defaultModelsExpandDepth: 0 });
