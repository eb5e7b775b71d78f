<?php
/**
 * What proves that a snapshot comes from this store, and a restored cart from a snapshot.
 *
 * @package Askback_Companion
 */

defined( 'ABSPATH' ) || exit;

/**
 * HMAC-SHA256 by the secret that the store shares with Askback.
 */
class Askback_Signature {

	/**
	 * Longer addresses are cut by some mail programs: such a cart comes back by its products alone.
	 */
	const LONGEST_PAYLOAD = 1500;

	/**
	 * The shared secret.
	 *
	 * @var string
	 */
	private $secret;

	/**
	 * Keep the secret.
	 *
	 * @param string $secret Shared with Askback.
	 */
	public function __construct( $secret ) {
		$this->secret = $secret;
	}

	/**
	 * The signature of a request's body.
	 *
	 * @param string $body As it is sent.
	 * @return string
	 */
	public function of_body( $body ) {
		// phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.obfuscation_base64_encode -- the form that WooCommerce's own webhooks have.
		return base64_encode( hash_hmac( 'sha256', $body, $this->secret, true ) );
	}

	/**
	 * A cart as a word that fits into an address; empty where it is too long for one. Letters stay
	 * themselves: written as \uXXXX, a line of Hebrew is three times as long.
	 *
	 * @param array $cart What is to come back.
	 * @return string
	 */
	public function pack( $cart ) {
		// phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.obfuscation_base64_encode -- base64url, so that JSON fits into an address.
		$payload = rtrim( strtr( base64_encode( (string) wp_json_encode( $cart, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES ) ), '+/', '-_' ), '=' );
		return strlen( $payload ) > self::LONGEST_PAYLOAD ? '' : $payload . '.' . $this->of_payload( $payload );
	}

	/**
	 * The cart out of such a word; null for one that we did not make.
	 *
	 * @param string $word Payload, a dot, signature.
	 * @return array|null
	 */
	public function unpack( $word ) {
		list( $payload, $given ) = array_pad( explode( '.', $word, 2 ), 2, '' );
		if ( strlen( $payload ) > self::LONGEST_PAYLOAD || ! hash_equals( $this->of_payload( $payload ), $given ) ) {
			return null;
		}
		// phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.obfuscation_base64_decode -- as above; its signature has been verified.
		$cart = json_decode( (string) base64_decode( strtr( $payload, '-_', '+/' ), true ), true );
		return is_array( $cart ) ? $cart : null;
	}

	/**
	 * The signature of a payload: never one that a body could have.
	 *
	 * @param string $payload In base64url.
	 * @return string
	 */
	private function of_payload( $payload ) {
		return hash_hmac( 'sha256', 'restore:' . $payload, $this->secret );
	}
}
