/**
 * How a person's consent is obtained, where an authorization needs one.
 *
 * Such a registration is made in two deployments. The first ends with `consentUrl`, and with
 * `pending-authorization` in place of the service's id. A person opens that URL in a browser and consents. The second
 * deployment, with `authorized: true`, finds the service that the consent created.
 *
 * The URL carries the client's id, as OAuth has it, also one that was read from a secret.
 */
export interface ConsentOptions {
  /**
   * Where the browser goes after the consent: a URL of the AWS console, or of the DevOps Agent web app.
   *
   * @default - the DevOps Agent console of the stack's region
   */
  readonly returnToEndpoint?: string;

  /**
   * Set to true once a person has consented. The next deployment then finds the service; it fails if there is none.
   * It also fails where the registration is new, or changes in a way that needs a new consent: set it to false for that
   * deployment.
   *
   * @default false
   */
  readonly authorized?: boolean;
}
